/* Passkeys: only on the pages that offer one. Asks the browser, puts its answer into the form, and
   sends the form. */
(() => {
  'use strict';
  const { PublicKeyCredential } = window;
  const PARSERS = {
    create: 'parseCreationOptionsFromJSON',
    get: 'parseRequestOptionsFromJSON',
  };
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const task = form.dataset.passkey === 'create' ? 'create' : 'get';
    const parse = PublicKeyCredential?.[PARSERS[task]];
    if (!parse || !PublicKeyCredential.prototype.toJSON) continue;
    form.hidden = false;
    form.addEventListener('submit', async event => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      try {
        const options = JSON.parse(form.dataset.options);
        const publicKey = parse.call(PublicKeyCredential, options);
        const key = await navigator.credentials[task]({ publicKey });
        form.elements.answer.value = JSON.stringify(key.toJSON());
        form.submit();
      } catch {
        const status = form.querySelector('[role=status]');
        status.textContent = 'That did not work. Please try again, or use a code instead.';
      }
    });
  }
})();
