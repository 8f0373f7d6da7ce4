/* Body figure: a tap changes the list beside it, and does not move the focus there. Loaded again with each page that
   holds a figure; the listeners are set once. */
(() => {
  'use strict';
  const d = document, $ = (s, r = d) => r.querySelector(s), all = (s, r = d) => [...r.querySelectorAll(s)];
  const marks = (figure, region) => {
    const name = figure.dataset.figure, list = $(`select[name="${name}-${region}"]`);
    if (list) return list.value;
    const tick = $(`[name="${name}"][value="${region}"]`);
    if (tick) return tick.checked ? 'marked' : '';
    const felt = all(`[name="${name}-${region}"]:checked`).map(b => b.value);
    const pain = $(`[name="${name}-${region}-pain"]:checked`)?.value;
    return felt.includes('avoid') ? 'avoid' : felt.includes('pain') && pain ? ['pain-low', 'pain-middle', 'pain-high'][(pain > 3) + (pain > 6)]
      : felt.includes('numbness') ? 'numb' : felt.includes('tension') ? 'tight' : $(`#${name}-${region}`) ? 'marked' : '';
  };
  const paint = () => {
    for (const figure of all('[data-figure]')) for (const path of all('[data-r]', figure)) {
      const style = marks(figure, path.dataset.r);
      style ? path.setAttribute('class', style) : path.removeAttribute('class');
    }
    for (const p of all('[data-chosen]')) {
      const name = p.dataset.chosen, label = e => (e.closest('label') || $(`[for="${e.id}"]`)).textContent.trim();
      const said = [...all(`[name="${name}"]:checked`).map(label), ...all(`select[name^="${name}-"]`).filter(s => s.value).map(s => label(s) + ': ' + s.selectedOptions[0].text.toLowerCase())].join('; ');
      if (p.textContent !== said) p.textContent = said;
    }
  };
  const tap = e => {
    const figure = e.target.closest('[data-figure]'), region = e.target.dataset?.r;
    if (!figure || !region) return;
    const name = figure.dataset.figure, list = $(`select[name="${name}-${region}"]`), tick = $(`[name="${name}"][value="${region}"]`);
    const card = $(`#${name}-${region}`);
    if (list) list.selectedIndex = (list.selectedIndex + 1) % list.length;
    else if (tick) tick.checked = !tick.checked;
    else return card?.closest('.place').scrollIntoView({block: 'center'});
    (list || tick).dispatchEvent(new Event('input', {bubbles: true}));
    (list || tick).dispatchEvent(new Event('change', {bubbles: true}));
  };

  paint();
  if (window.bodyFigure) return;
  window.bodyFigure = true;
  d.addEventListener('click', tap);
  d.addEventListener('input', paint);
})();
