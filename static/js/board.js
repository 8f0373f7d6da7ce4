/* The desk's board: asks for news every two seconds, says what changed, and says when it cannot be
   reached. */
(() => {
  'use strict';
  const find = id => document.getElementById(id);
  const isBoard = request => request?.sourceElement?.id === 'board';
  const clock = () => new Date().toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  const sayLost = words => {
    const place = find('lost');
    if (place.textContent !== words) place.textContent = words;
    place.className = words && 'notice';
  };
  const stages = () => {
    const shown = [...document.querySelectorAll('#board .stage')];
    return new Map(
      shown.map(stage => [stage.dataset.who, stage.textContent.replace(/\s+/g, ' ').trim()]),
    );
  };
  let readAt = clock();
  let stagesBefore = new Map();

  document.addEventListener('htmx:config:request', event => {
    const { ctx } = event.detail;
    if (!isBoard(ctx)) return;
    const version = `"${find('board').dataset.version}"`;
    Object.assign(ctx.request.headers, { 'X-By-Itself': '1', 'If-None-Match': version });
  });
  document.addEventListener('htmx:after:request', event => {
    const { ctx } = event.detail;
    if (!isBoard(ctx)) return;
    if (ctx.response.status > 304) {
      sayLost(`The board could not be read. It shows ${readAt}.`);
      return;
    }
    readAt = clock();
    sayLost('');
    stagesBefore = stages();
  });
  document.addEventListener('htmx:error', event => {
    if (isBoard(event.detail.ctx)) sayLost(`No connection. The board shows ${readAt}.`);
  });
  document.addEventListener('htmx:after:swap', event => {
    if (!isBoard(event.detail.ctx)) return;
    const news = [...stages()]
      .filter(([who, stage]) => stagesBefore.get(who) !== stage)
      .map(([who, stage]) => `${who}: ${stage}`);
    if (news.length) find('news').textContent = news.slice(0, 3).join('. ');
  });
})();
