/* Passkeys: only on the pages that offer one. Asks the browser, puts its answer into the form, and sends the form. */
(() => {
  'use strict';
  const {PublicKeyCredential: P} = window;
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const make = form.dataset.passkey === 'create', parse = P && P[make ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON'];
    if (!parse || !P.prototype.toJSON) continue;
    form.hidden = false;
    form.addEventListener('submit', async e => {
      if (form.elements.answer.value) return;
      e.preventDefault();
      const say = form.querySelector('[role=status]');
      try {
        const publicKey = parse.call(P, JSON.parse(form.dataset.options));
        const key = await navigator.credentials[make ? 'create' : 'get']({publicKey});
        form.elements.answer.value = JSON.stringify(key.toJSON());
        form.submit();
      } catch { say.textContent = 'That did not work. Please try again, or use a code instead.'; }
    });
  }
})();
