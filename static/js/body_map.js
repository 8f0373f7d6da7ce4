/* Body figure: a tap changes the list beside it, and does not move the focus there. Loaded again
   with each page that holds a figure; the listeners are set once. */
(() => {
  'use strict';
  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* What a place has beside the figure: a list of levels, a box to tick, or a card of its own. */
  const listOf = (name, region) => find(`select[name="${name}-${region}"]`);
  const tickOf = (name, region) => find(`[name="${name}"][value="${region}"]`);
  const cardOf = (name, region) => find(`#${name}-${region}`);

  /* The class that a place is drawn with. As on the server (questionnaire/body/marks.py): of several
     kinds the one painted first, of pain by its steps. */
  const PAINTED_FIRST = ['avoid', 'pain', 'numbness', 'tension', 'lighter', 'firmer'];
  const MARK_STYLES = {
    tension: 'tight',
    numbness: 'numb',
    lighter: 'light',
    firmer: 'firm',
    avoid: 'avoid'
  };
  const PAIN_STYLES = ['pain-low', 'pain-middle', 'pain-high'];
  const PAIN_STEPS = [3, 6];
  const painStyle = strength => PAIN_STYLES[PAIN_STEPS.filter(step => strength > step).length];
  const drawnAs = (name, region) => {
    const list = listOf(name, region);
    if (list) return list.value;
    const tick = tickOf(name, region);
    if (tick && !tick.checked) return '';
    const felt = findAll(`[name="${name}-${region}"]:checked`).map(box => box.value);
    const pain = find(`[name="${name}-${region}-pain"]:checked`)?.value;
    const kinds = PAINTED_FIRST.filter(kind => felt.includes(kind) && (kind !== 'pain' || pain));
    if (kinds.length) return kinds[0] === 'pain' ? painStyle(pain) : MARK_STYLES[kinds[0]];
    return tick || cardOf(name, region) ? 'marked' : '';
  };
  /* The signs of what is marked at a place, as the server draws them (components/body_figure.html). */
  const signsOf = (name, region) => {
    const felt = findAll(`[name="${name}-${region}"]:checked`);
    const pain = find(`[name="${name}-${region}-pain"]:checked`)?.value ?? '';
    return felt.map(box => box.dataset.sign ?? (box.value === 'pain' ? pain : '')).join('');
  };
  const drawn = (kind, attributes) => {
    const one = document.createElementNS('http://www.w3.org/2000/svg', kind);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    return one;
  };
  const drawSigns = figure => {
    for (const badges of findAll('.figure-badges', figure)) badges.replaceChildren();
    for (const path of findAll('[class][data-at]', figure)) {
      const signs = signsOf(figure.dataset.figure, path.dataset.r);
      if (!signs) continue;
      const [x, y, r] = path.dataset.at.split(' ').map(Number);
      const text = drawn('text', { x, y: y + (r === 15 ? 7 : 5) });
      if (r < 15 || signs.length > 2) text.setAttribute('class', 'badge-narrow');
      text.textContent = signs;
      const badges = find('.figure-badges', path.closest('svg'));
      badges.append(drawn('circle', { cx: x, cy: y, r }), text);
    }
  };
  const drawFigures = () => {
    for (const figure of findAll('[data-figure]')) {
      for (const path of findAll('[data-r]', figure)) {
        const style = drawnAs(figure.dataset.figure, path.dataset.r);
        if (style) path.setAttribute('class', style);
        else path.removeAttribute('class');
      }
      if (find('[data-at]', figure)) drawSigns(figure);
    }
  };

  /* What is chosen, in words. */
  const label = control =>
    (control.closest('label') || find(`[for="${control.id}"]`)).textContent.trim();
  const level = list => `${label(list)}: ${list.selectedOptions[0].text.toLowerCase()}`;
  const sayChosen = () => {
    for (const place of findAll('[data-chosen]')) {
      const name = place.dataset.chosen;
      const ticked = findAll(`[name="${name}"]:checked`).map(label);
      const lists = findAll(`select[name^="${name}-"]`).filter(list => list.value);
      const words = [...ticked, ...lists.map(level)].join('; ');
      if (place.textContent !== words) place.textContent = words;
    }
  };
  const show = () => {
    drawFigures();
    sayChosen();
  };

  const tap = event => {
    const figure = event.target.closest('[data-figure]');
    const region = event.target.dataset?.r;
    if (!figure || !region || figure.closest('[data-marks]')) return; // mark_map.js
    const name = figure.dataset.figure;
    const list = listOf(name, region);
    const tick = tickOf(name, region);
    if (list) list.selectedIndex = (list.selectedIndex + 1) % list.length;
    else if (tick) tick.checked = !tick.checked;
    else {
      cardOf(name, region)?.closest('.place').scrollIntoView({ block: 'center' });
      return;
    }
    for (const kind of ['input', 'change']) {
      (list || tick).dispatchEvent(new Event(kind, { bubbles: true }));
    }
  };

  show();
  if (window.bodyFigure) return;
  window.bodyFigure = true;
  document.addEventListener('click', tap);
  document.addEventListener('input', show);
})();
