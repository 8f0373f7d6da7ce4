/* The one picture of the body: a tap, or a tick in the list, opens the marks of a place right there.
   Without this script the list stands open and every place shows its marks. Loaded again with each
   page that holds such a picture; the listeners are set once. */
(() => {
  'use strict';
  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
  const GAP = 8; // pixels between a place and its marks

  const tickOf = (map, code) => find(`[name="${map.dataset.marks}"][value="${code}"]`, map);
  const rowOf = (map, code) => find(`.places [data-place="${code}"]`, map);
  const marksOf = row => findAll('[type=checkbox]:checked', row);

  /* What is marked, in words, as on the server (web/step_forms/body_map.py). */
  const say = row => {
    const strength = find('[type=radio]:checked', row)?.value ?? '';
    const words = marksOf(row).map(box =>
      box.value === 'pain' ? `${box.dataset.word} ${strength}`.trim() : box.dataset.word
    );
    find('[data-said]', row).textContent = words.join(', ');
  };

  const newRow = (map, code) => {
    const holder = document.createElement('div');
    holder.innerHTML = find('template', map).innerHTML.replaceAll('this_place', code);
    const row = holder.firstElementChild;
    const label = tickOf(map, code).closest('label').textContent.trim();
    for (const place of findAll('[data-label]', row)) place.textContent = ` ${label}`;
    find('.places', map).append(row);
    return row;
  };

  /* A place without a tick keeps its marks, unseen: a second tick brings them back. */
  const update = map => {
    for (const tick of findAll(`[name="${map.dataset.marks}"]:not([data-alone])`, map)) {
      const row = rowOf(map, tick.value) || (tick.checked && newRow(map, tick.value));
      if (row) row.hidden = !tick.checked;
    }
    for (const row of findAll('.places [data-place]', map)) say(row);
    find('.no-places', map).hidden = findAll('.places [data-place]:not([hidden])', map).length > 0;
  };

  const setTick = (tick, checked) => {
    if (tick.checked === checked) return;
    tick.checked = checked;
    for (const kind of ['input', 'change']) tick.dispatchEvent(new Event(kind, { bubbles: true }));
  };

  /* At most one place is open. A place that was opened and got no mark was a slip. */
  let opened = null;
  const close = () => {
    if (!opened) return;
    const { map, row, from } = opened;
    opened = null;
    row.classList.remove('is-open');
    if (!marksOf(row).length) setTick(tickOf(map, row.dataset.place), false);
    const back = from.matches('path') ? find('[data-change]', row) : from;
    const shown = back.checkVisibility() ? back : find('.places [tabindex]', map);
    shown.focus({ preventScroll: true });
  };
  /* Under the place, or above it where the page ends. */
  const settle = () => {
    const { map, row, at } = opened;
    const marks = find('.place-marks', row);
    const frame = map.getBoundingClientRect();
    const place = at.getBoundingClientRect();
    const above = place.top - frame.top - marks.offsetHeight - GAP;
    const isLow = place.bottom + marks.offsetHeight + GAP > frame.bottom;
    marks.style.top = `${isLow && above > 0 ? above : place.bottom - frame.top + GAP}px`;
    const middle = place.left + place.width / 2 - frame.left - marks.offsetWidth / 2;
    marks.style.left = `${Math.max(0, Math.min(middle, frame.width - marks.offsetWidth))}px`;
    marks.scrollIntoView({ block: 'nearest' });
  };
  const open = (map, code, from, at = from) => {
    if (opened?.row === rowOf(map, code)) return;
    close();
    setTick(tickOf(map, code), true);
    update(map);
    const row = rowOf(map, code);
    row.classList.add('is-open');
    opened = { map, row, from, at };
    find('.place-marks input', row).focus({ preventScroll: true });
    settle();
  };

  const click = event => {
    const map = event.target.closest('[data-marks]');
    if (!map) return;
    const row = event.target.closest('[data-place]');
    const button = event.target.closest('button');
    if (event.target.dataset.r) open(map, event.target.dataset.r, event.target);
    else if (button && 'change' in button.dataset) open(map, row.dataset.place, button);
    else if (button && 'done' in button.dataset) close();
    else if (button?.name === 'remove') {
      event.preventDefault();
      opened = null;
      row.classList.remove('is-open');
      setTick(tickOf(map, row.dataset.place), false);
      find('.places [tabindex]', map).focus({ preventScroll: true });
    }
  };
  /* Lighter and firmer exclude each other; before all others hear of it, who draw what is marked. */
  const exclude = event => {
    const box = event.target;
    const other = { lighter: 'firmer', firmer: 'lighter' }[box.value];
    const row = box.closest('[data-marks] [data-place]');
    if (row && other && box.checked) find(`[value="${other}"]`, row).checked = false;
  };
  const input = event => {
    const box = event.target;
    const map = box.closest('[data-marks]');
    if (!map) return;
    const row = box.closest('[data-place]');
    update(map);
    if (row && row === opened?.row) settle();
    if (!row && box.name === map.dataset.marks && event.isTrusted && box.checked) {
      if (!('alone' in box.dataset)) open(map, box.value, box, box.closest('label'));
    }
  };

  for (const map of findAll('[data-marks]')) {
    map.classList.add('mark-map--live');
    find('.place-list', map).open = false;
    const rows = findAll('.places [data-place]', map).length;
    update(map);
    if (findAll('.places [data-place]', map).length === rows) continue;
    document.dispatchEvent(new Event('boxes-added'));
    update(map);
  }
  opened = null;
  if (window.markMap) return;
  window.markMap = true;
  document.addEventListener('click', click);
  document.addEventListener('input', exclude, { capture: true });
  document.addEventListener('input', input);
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') close();
  });
  document.addEventListener('page-turned', () => {
    opened = null;
  });
})();
