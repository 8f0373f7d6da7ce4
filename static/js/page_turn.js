/* Turning a page with htmx: focus and scroll at the top, or where a row came or went; what went
   wrong is said. */
(() => {
  'use strict';
  const find = (selector, root = document) => root.querySelector(selector);

  /* autosave.js and board.js look after their own requests. */
  const isTurn = request => !['autosave', 'board'].includes(request?.sourceElement?.id);

  /* 409 and 422 are pages to read; with every other error the page stays as it is. */
  const isRefused = request => {
    const status = request.response?.status;
    return status >= 400 && status !== 422 && status !== 409;
  };

  const sayNoServer = () => {
    const note = find('#no-server');
    if (!note) return;
    note.hidden = false;
    find('[tabindex]', note).focus();
  };
  document.addEventListener('htmx:after:request', event => {
    const request = event.detail.ctx;
    if (isTurn(request) && isRefused(request)) sayNoServer();
  });
  document.addEventListener('htmx:error', event => {
    const request = event.detail.ctx;
    if (request && isTurn(request)) sayNoServer();
  });

  /* The button that added or removed a row of a list, if one was pressed. */
  let rowButton;
  document.addEventListener('htmx:before:swap', () => {
    const pressed = document.activeElement;
    rowButton = /^(add|remove)$/.test(pressed?.name) ? pressed : null;
  });
  const changedRow = () => {
    if (!rowButton) return null;
    const list = rowButton.value.replace(/-\d+$/, '');
    const add = find(`[name=add][value="${list}"]`);
    if (!add || rowButton.name === 'remove') return add;
    const rows = add.parentNode.querySelectorAll('.card');
    return find('input,select,textarea', rows[rows.length - 1]);
  };

  document.addEventListener('htmx:after:swap', event => {
    const request = event.detail.ctx;
    if (!isTurn(request) || isRefused(request) || !find('#main')) return;
    document.dispatchEvent(new Event('page-turned'));
    const target = find('.error-summary [autofocus]') || changedRow() || find('h1');
    target.focus({ preventScroll: true });
    if (target.matches('h1')) scrollTo(0, 0);
    else target.scrollIntoView({ block: 'center' });
  });
})();
