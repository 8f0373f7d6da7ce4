/* Makes the form comfortable: saving while typing, body figure, signature. Every page also works without it. */
(() => {
  'use strict';
  const d = document, $ = (s, r = d) => r.querySelector(s), all = (s, r = d) => [...r.querySelectorAll(s)];
  const store = 'typed:' + location.host + ':', key = () => store + $('#step [name=of_form]').value + location.pathname;

  /* A personal link carries its code after the # sign: take it out of the address before anything else. */
  const useCode = () => {
    const code = location.hash.slice(1), asked = $('[data-fragment-to]');
    if (!code || !asked || d.getElementById(code)) return; // a link to a part of the page is no code
    history.replaceState(null, '', location.pathname);
    $(asked.dataset.fragmentTo).value = code;
    if ('fragmentSend' in asked.dataset) asked.requestSubmit();
  };
  useCode(); addEventListener('hashchange', useCode);

  /* ---- what the header says about saving: the text changes only when it differs, so that it is heard once ---- */
  const ICON = {ok: 'm9 13 2.2 2.2L15.2 11', busy: 'M12 9v4.5', bad: 'M4 3l16 18'};
  const say = (state, words) => {
    const p = $('#save');
    if (!p || p.textContent === words) return;
    p.dataset.s = state;
    p.innerHTML = words && `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M7 18a4.5 4.5 0 0 1-.5-8.97A6 6 0 0 1 18 8.5a4.75 4.75 0 0 1-1 9.5z"/><path d="${ICON[state]}"/></svg>`;
    p.append(words);
  };
  const OFFLINE = 'Not saved: no connection. Keep this page open';

  /* ---- saving while typing: dirty 0 saved, 1 typed since the last save, 2 sent and not yet answered ---- */
  let dirty = 0, tries = 0, timer;
  const save = () => { clearTimeout(timer); if (dirty && $('#autosave')) htmx.trigger($('#autosave'), 'resend'); };
  const later = words => { dirty = 1; say('bad', words); clearTimeout(timer); timer = setTimeout(save, Math.min(60, 4 * 2 ** tries++) * 1e3); };
  const isSave = c => c?.sourceElement?.id === 'autosave';
  const isBoard = c => c?.sourceElement?.id === 'board'; // keeps itself up to date: see desk.js
  const refused = c => c.response?.status >= 400 && c.response.status !== 422 && c.response.status !== 409;

  /* A copy of unsaved words in this tab, for a crash or a reload without connection; never on a shared device. */
  const own = !('shared' in d.body.dataset);
  const boxes = () => [...($('#step')?.elements || [])].filter(e => e.name && e.type !== 'hidden' && e.type !== 'submit');
  const ticks = e => /radio|checkbox/.test(e.type);
  const copy = () => { if (own) try { sessionStorage[key()] = JSON.stringify(boxes().filter(e => !ticks(e) || e.checked).map(e => [e.name, e.value])); } catch {} };
  const forget = () => { try { for (const k of Object.keys(sessionStorage)) if (k.startsWith(store)) sessionStorage.removeItem(k); } catch {} };
  const restore = () => {
    let was; try { was = JSON.parse(sessionStorage[key()]); } catch { return; }
    for (const e of boxes()) {
      const old = was.find(([n, v]) => n === e.name && (!ticks(e) || v === e.value));
      if (ticks(e)) e.checked = !!old; else if (old) e.value = old[1];
    }
    touched(); say('busy', 'We put back what you typed before the connection was lost'); timer = setTimeout(save, 800);
  };
  const touched = () => { dirty = 1; const q = $('#seq'); q.value = +q.value + 1; };

  d.addEventListener('input', e => {
    if (e.target.form?.id !== 'step') return;
    alone(e.target); touched(); copy();
    if ($('#save').dataset.s !== 'bad') say('busy', 'Not saved yet');
  });
  d.addEventListener('htmx:before:request', e => { if (isSave(e.detail.ctx)) dirty = 2; });
  d.addEventListener('htmx:after:request', e => {
    const c = e.detail.ctx, status = c.response.status;
    if (isBoard(c)) return;
    if (!isSave(c)) { if (refused(c)) failed(); return; }
    if (status === 409) { dirty = 1; return say('bad', 'Changed in another window. Choose Continue to see how'); }
    if (status !== 204) return later('Not saved. Keep this page open, we try again');
    if (dirty === 2) { dirty = 0; forget(); }
    tries = 0; say('ok', 'Saved ' + new Date().toLocaleTimeString([], {hour: 'numeric', minute: '2-digit'}));
  });
  d.addEventListener('htmx:error', e => { const c = e.detail.ctx; if (c && !isBoard(c)) isSave(c) ? later(OFFLINE) : failed(); });
  const failed = () => { const n = $('#no-server'); if (n) { n.hidden = false; $('[tabindex]', n).focus(); } };
  addEventListener('online', save);
  d.addEventListener('visibilitychange', () => { if (d.hidden) save(); });
  addEventListener('beforeunload', e => { if (dirty && own) e.preventDefault(); });

  /* ---- after a page turn: nothing unsaved, focus and scroll at the top, or where a row came or went ---- */
  let row;
  d.addEventListener('htmx:before:swap', () => { const b = d.activeElement; row = /^(add|remove)$/.test(b?.name) && b; });
  d.addEventListener('htmx:after:swap', e => {
    if (isSave(e.detail.ctx) || isBoard(e.detail.ctx) || refused(e.detail.ctx) || !$('#main')) return;
    dirty = 0; clearTimeout(timer); forget(); say('', '');
    const add = row && $(`[name=add][value="${row.value.replace(/-\d+$/, '')}"]`);
    const added = add && row.name === 'add' ? $('input,select,textarea', all('.card', add.parentNode).at(-1)) : add;
    const to = $('.error-summary [autofocus]') || added || $('h1');
    to.focus({preventScroll: true}); to.matches('h1') ? scrollTo(0, 0) : to.scrollIntoView({block: 'center'});
    start();
  });

  /* ---- “None of these” stands alone ---- */
  const alone = box => {
    if (box.type !== 'checkbox' || !box.checked) return;
    const others = all(`[name="${box.name}"]`, box.form).filter(b => b !== box && b.checked);
    for (const b of others) if ('alone' in box.dataset || 'alone' in b.dataset) b.checked = false;
  };

  /* ---- buttons of pages without htmx ---- */
  d.addEventListener('submit', e => {
    const f = e.target;
    if (!('once' in f.dataset)) return;
    if (f.sent) return e.preventDefault();
    f.sent = true; const p = $('#sending'); if (p) p.textContent = f.dataset.once;
  });
  addEventListener('pageshow', e => { for (const f of all('form')) f.sent = false; if (e.persisted) location.reload(); });
  d.addEventListener('click', e => {
    const b = e.target.closest('button');
    if (b && 'print' in b.dataset) print();
    if (b?.dataset.copy) navigator.clipboard.writeText($(b.dataset.copy).textContent).then(() => { b.textContent = 'Copied'; });
  });

  const start = () => { if ($('#step')) restore(); };
  start();
})();
