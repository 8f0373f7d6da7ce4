/* A personal link carries its code after the # sign: take it out of the address before anything
   else. */
(() => {
  'use strict';
  const useCode = () => {
    const code = location.hash.slice(1);
    const form = document.querySelector('[data-fragment-to]');
    // A link to a part of the page is no code.
    if (!code || !form || document.getElementById(code)) return;
    history.replaceState(null, '', location.pathname);
    document.querySelector(form.dataset.fragmentTo).value = code;
    if ('fragmentSend' in form.dataset) form.requestSubmit();
  };
  useCode();
  addEventListener('hashchange', useCode);
})();
