/* Drawn signature: strokes as numbers; drawn again when the width changes (phones resize while they
   scroll). */
(() => {
  'use strict';
  const INK = {
    penColor: '#1D2729',
    minWidth: 0.5,
    maxWidth: 2.5,
    velocityFilterWeight: 0.7,
    dotSize: 0,
    compositeOperation: 'source-over',
  };
  const round = number => Number(number.toFixed(1));

  /* What the field holds: v version, w and h of the canvas, s strokes of [x, y, pressure,
     milliseconds]. */
  const toJson = (strokes, width, height) => {
    const start = strokes[0].points[0].time;
    const numbers = strokes.map(stroke =>
      stroke.points.map(point => [
        round(point.x),
        round(point.y),
        round(point.pressure),
        point.time - start,
      ]),
    );
    return JSON.stringify({ v: 1, w: width, h: height, s: numbers });
  };
  const fromJson = json => {
    try {
      return JSON.parse(json).s.map(stroke => ({
        ...INK,
        points: stroke.map(([x, y, pressure, time]) => ({ x, y, pressure, time })),
      }));
    } catch {
      return [];
    }
  };

  /* A wide signature on a phone that was turned upright is made smaller. */
  const fitted = (strokes, width) => {
    const widest = Math.max(1, ...strokes.flatMap(stroke => stroke.points.map(point => point.x)));
    const scale = Math.min(1, width / widest);
    return strokes.map(stroke => ({
      ...stroke,
      points: stroke.points.map(point => ({ ...point, x: point.x * scale, y: point.y * scale })),
    }));
  };

  for (const box of document.querySelectorAll('[data-signature]')) {
    box.hidden = false;
    const canvas = box.querySelector('canvas');
    const field = document.querySelector(box.dataset.signature);
    const pad = new SignaturePad(canvas, INK);
    const before = fromJson(field.value);
    let width = 0;
    const keep = () => {
      field.value = toJson(pad.toData(), width, canvas.offsetHeight);
    };
    const fit = () => {
      if (canvas.offsetWidth === width) return;
      const ratio = Math.max(devicePixelRatio || 1, 1);
      const strokes = width ? pad.toData() : before;
      width = canvas.offsetWidth;
      canvas.width = width * ratio;
      canvas.height = canvas.offsetHeight * ratio;
      canvas.getContext('2d').scale(ratio, ratio);
      pad.fromData(fitted(strokes, width));
      if (strokes.length) keep();
    };
    fit();
    addEventListener('resize', fit);
    pad.addEventListener('endStroke', keep);
    box.querySelector('button').onclick = () => {
      pad.clear();
      field.value = '';
    };
  }
})();
