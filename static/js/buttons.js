/* Buttons and boxes on pages that need no server: send once, print, copy, and “None of these”. */
(() => {
  'use strict';

  /* A form is sent once; what is said meanwhile stands in data-once. */
  document.addEventListener('submit', event => {
    const form = event.target;
    if (!('once' in form.dataset)) return;
    if (form.sent) {
      event.preventDefault();
      return;
    }
    form.sent = true;
    const sending = document.querySelector('#sending');
    if (sending) sending.textContent = form.dataset.once;
  });
  addEventListener('pageshow', event => {
    for (const form of document.querySelectorAll('form')) form.sent = false;
    if (event.persisted) location.reload();
  });

  document.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    if ('print' in button.dataset) print();
    if (!button.dataset.copy) return;
    const words = document.querySelector(button.dataset.copy).textContent;
    navigator.clipboard.writeText(words).then(() => {
      button.textContent = 'Copied';
    });
  });

  /* “None of these” stands alone. Before autosave.js, which keeps a copy of what is ticked then. */
  document.addEventListener('input', event => {
    const box = event.target;
    if (box.form?.id !== 'step' || box.type !== 'checkbox' || !box.checked) return;
    for (const other of box.form.querySelectorAll(`[name="${box.name}"]`)) {
      const excluded = 'alone' in box.dataset || 'alone' in other.dataset;
      if (other !== box && excluded) other.checked = false;
    }
  });
})();
