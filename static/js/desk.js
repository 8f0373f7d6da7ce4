/* The desk's board: asks for news every two seconds, says what changed, and says when it cannot be reached. */
(() => {
  'use strict';
  const d = document, board = () => d.getElementById('board'), mine = c => c?.sourceElement?.id === 'board';
  const clock = () => new Date().toLocaleTimeString([], {hour: 'numeric', minute: '2-digit'});
  const lost = words => { const p = d.getElementById('lost'); if (p.textContent !== words) p.textContent = words; p.className = words && 'notice'; };
  let seen = clock(), before = new Map();
  const stages = () => new Map([...d.querySelectorAll('#board .stage')].map(e => [e.dataset.who, e.textContent.replace(/\s+/g, ' ').trim()]));

  d.addEventListener('htmx:config:request', e => {
    if (!mine(e.detail.ctx)) return;
    Object.assign(e.detail.ctx.request.headers, {'X-By-Itself': '1', 'If-None-Match': `"${board().dataset.version}"`});
  });
  d.addEventListener('htmx:after:request', e => {
    const c = e.detail.ctx;
    if (!mine(c)) return;
    if (c.response.status > 304) return lost(`The board could not be read. It shows ${seen}.`);
    seen = clock(); lost(''); before = stages();
  });
  d.addEventListener('htmx:error', e => { if (mine(e.detail.ctx)) lost(`No connection. The board shows ${seen}.`); });
  d.addEventListener('htmx:after:swap', e => {
    if (!mine(e.detail.ctx)) return;
    const news = [...stages()].filter(([who, now]) => before.get(who) !== now).map(([who, now]) => `${who}: ${now}`);
    if (news.length) d.getElementById('news').textContent = news.slice(0, 3).join('. ');
  });
})();
