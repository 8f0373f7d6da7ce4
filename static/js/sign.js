/* Drawn signature: strokes as numbers; drawn again when the width changes (phones resize while they scroll). */
(() => {
  'use strict';
  const INK = {penColor: '#1D2729', minWidth: .5, maxWidth: 2.5, velocityFilterWeight: .7, dotSize: 0, compositeOperation: 'source-over'};
  for (const box of document.querySelectorAll('[data-signature]')) {
    box.hidden = false;
    const c = box.querySelector('canvas'), out = document.querySelector(box.dataset.signature), pad = new SignaturePad(c, INK);
    const n = x => +x.toFixed(1), keep = () => {
      const s = pad.toData(), t0 = s[0].points[0].time;
      out.value = JSON.stringify({v: 1, w, h: c.offsetHeight, s: s.map(s => s.points.map(p => [n(p.x), n(p.y), n(p.pressure), p.time - t0]))});
    };
    let w = 0, before = [];
    try { before = JSON.parse(out.value).s.map(s => ({...INK, points: s.map(([x, y, pressure, time]) => ({x, y, pressure, time}))})); } catch {}
    const inside = strokes => {  // a wide signature on a phone that was turned upright
      const k = Math.min(1, w / Math.max(1, ...strokes.flatMap(s => s.points.map(p => p.x))));
      return strokes.map(s => ({...s, points: s.points.map(p => ({...p, x: p.x * k, y: p.y * k}))}));
    };
    const fit = () => {
      if (c.offsetWidth === w) return;
      const r = Math.max(devicePixelRatio || 1, 1), strokes = w ? pad.toData() : before;
      w = c.offsetWidth; c.width = w * r; c.height = c.offsetHeight * r; c.getContext('2d').scale(r, r);
      pad.fromData(inside(strokes)); if (strokes.length) keep();
    };
    fit(); addEventListener('resize', fit);
    pad.addEventListener('endStroke', keep);
    box.querySelector('button').onclick = () => { pad.clear(); out.value = ''; };
  }
})();
