/* The tablet: asks each second whether its page is still the right one, covers and puts away a form when nobody is
   there, leaves no trail in the history, reads aloud, and looks after the wipe whether anything is left. */
(() => {
  'use strict';
  const d = document, $ = s => d.querySelector(s), IDLE = 90, GRACE = 30;
  const idle = $('#idle'), mine = d.body.dataset;
  let last = Date.now(), active = 0, gone = 0, over = 0, lock;
  const go = to => { if (!gone) { gone = 1; d.body.hidden = true; location.replace(to); } };

  /* ---- is this still the right page? A server that cannot be reached says nothing; the clock below still runs ---- */
  const pulse = async () => {
    try {
      const headers = active ? {'X-Here': '1'} : {}, r = await fetch(mine.pulse, {cache: 'no-store', redirect: 'manual', headers});
      active = 0;
      if (r.status >= 500 || r.status === 429) return;
      const now = r.status === 200 && await r.json();
      if (over) return go(idle.dataset.away);
      if (now?.state !== mine.state) return go(mine.home);
      called(now.help);
    } catch {}
  };
  addEventListener('online', pulse);
  d.addEventListener('htmx:after:request', e => { if (e.detail.ctx.response.status === 410) go(mine.home); });

  /* ---- is anybody there? ---- */
  const here = () => { if (over) return; last = Date.now(); active = 1; if (idle?.open) idle.close(); };
  for (const what of ['pointerdown', 'keydown', 'input', 'wheel', 'touchmove'])
    addEventListener(what, () => { if (!idle?.open) here(); }, {passive: true, capture: true});
  if (idle) { $('#still-here').onclick = here; idle.addEventListener('cancel', e => { e.preventDefault(); here(); }); }
  /* Without the server nothing can be put away: then nothing of the form stays on the page, and no tap brings it back. */
  const end_of_stay = () => {
    over = 1; history.replaceState(null, '', idle.dataset.away); try { sessionStorage.clear(); } catch {}
    $('#main').replaceChildren();
    if (!idle.open) idle.showModal();
    $('#counting').hidden = true; $('#idle-title').textContent = 'This form is closed';
    $('#put-away').hidden = false;
  };
  const watch = () => {
    const left = Math.ceil(IDLE + GRACE - (Date.now() - last) / 1e3);
    if (left > GRACE) return;
    if (!idle.open) { idle.showModal(); $('#still-here').focus(); }
    $('#count').textContent = Math.max(left, 0);
    if (left <= 0) end_of_stay();
  };
  const end = $('[data-leave]'), latest = Date.now() + 60e3;
  const tick = () => {
    if (gone) return;
    pulse();
    if (idle && !over) watch();
    if (!end) return;
    const left = Math.ceil((Math.min(last + end.dataset.leave * 1e3, latest) - Date.now()) / 1e3);
    $('#leave').textContent = Math.max(left, 0);
    if (left <= 0) go(idle.dataset.away);
  };
  setInterval(tick, 1000);
  d.addEventListener('visibilitychange', () => { if (!d.hidden) tick(); });
  addEventListener('pageshow', e => { if (e.persisted) go(mine.home); });

  /* ---- links: save first, then turn the page without a line in the history ---- */
  const saved = () => new Promise(done => {
    if (!$('#autosave') || !/busy|bad/.test($('#save').dataset.s) || !$('#save').textContent) return done();
    d.addEventListener('htmx:after:request', done, {once: true});
    setTimeout(done, 2000);
    htmx.trigger($('#autosave'), 'resend');
  });
  d.addEventListener('click', e => {
    const a = e.target.closest('a[href]');
    if (!a || a.origin !== location.origin || a.hash) return;
    e.preventDefault();
    if (idle?.open && a.pathname === idle.dataset.away) { end_of_stay(); pulse(); } else saved().then(() => go(a.href));
  });

  /* ---- help: somebody comes, the page stays; once she was there, it can be asked for again ---- */
  const COMING = 'Somebody is coming', ask = $('#help button'), offer = ask?.innerHTML;
  const called = now => { if (ask && (now || ask.textContent === COMING)) ask.innerHTML = now ? COMING : offer; };
  $('#help')?.addEventListener('submit', async e => {
    e.preventDefault();
    const r = await fetch(e.target.action, {method: 'POST', body: new URLSearchParams(new FormData(e.target))}).catch(() => 0);
    e.target.querySelector('button').textContent = r.ok ? COMING : 'Please go to the desk';
    $('#told').textContent = r.ok ? 'Somebody is coming. What you typed is saved.' : 'The desk cannot be reached. Please go there.';
  });

  /* ---- read aloud, where the browser has a voice ---- */
  const voice = window.speechSynthesis, talk = $('#aloud');
  const words = () => [...d.querySelectorAll('#main :is(h1,h2,legend,.label,.lead,.hint,.option,.error-message,#main>p,.button)')]
    .filter(e => e.offsetParent && !e.closest('.comfort-choices')).map(e => e.innerText.trim()).filter(Boolean);
  const hush = () => { voice.cancel(); talk.textContent = 'Read aloud'; };
  const speak = () => {
    voice.cancel();
    const one = new SpeechSynthesisUtterance(words().join('. '));
    one.lang = d.documentElement.lang; one.rate = .95; one.onend = () => { talk.textContent = 'Read aloud'; };
    voice.speak(one); talk.textContent = 'Stop reading';
  };
  if (voice) {
    for (const form of d.querySelectorAll('[data-needs-voice]')) form.hidden = false;
    if (talk) {
      talk.hidden = false;
      talk.onclick = () => (talk.textContent === 'Stop reading' ? hush : speak)();
      speak();
      d.addEventListener('htmx:after:swap', e => { if (e.detail.ctx.sourceElement?.id !== 'autosave') speak(); });
      addEventListener('pagehide', hush);
    }
  }

  /* ---- full screen: a browser leaves it with every new page, and lets nobody in without a tap ---- */
  const root = d.documentElement, chosen = root.classList, full = $('#full');
  const fill = () => { if (chosen.contains('comfort-full') && !d.fullscreenElement) root.requestFullscreen().catch(() => 0); };
  if (d.fullscreenEnabled) {
    if (full) {
      full.hidden = false;
      full.addEventListener('submit', e => {
        e.preventDefault();
        const on = chosen.toggle('comfort-full');
        full.querySelector('button').setAttribute('aria-pressed', on);
        if (!on && d.fullscreenElement) d.exitFullscreen();
        fill();
        fetch(full.action, {method: 'POST', body: new URLSearchParams(new FormData(full)), redirect: 'manual'}).catch(() => 0);
      });
    }
    d.addEventListener('click', fill);
  }

  /* ---- the screen stays on while somebody is here ---- */
  const wake = async () => { try { if (navigator.wakeLock && !d.hidden && (!lock || lock.released)) lock = await navigator.wakeLock.request('screen'); } catch {} };
  addEventListener('pointerdown', wake);
  d.addEventListener('visibilitychange', wake);

  /* ---- after the wipe: is anything left in this browser? ---- */
  const test = $('#self-test');
  if (!test) return;
  (async () => {
    const count = async (what, how) => { try { return [what, await how()]; } catch { return [what, 0]; } };
    const found = await Promise.all([
      count('session storage', () => sessionStorage.length), count('local storage', () => localStorage.length),
      count('databases', async () => (await indexedDB.databases()).length), count('caches', async () => (await caches.keys()).length),
      count('readable cookies', () => d.cookie.length), count('filled-in boxes', () => $('#probe').value.length),
    ]);
    const left = found.filter(([, n]) => n);
    for (const [what, n] of found) { const p = d.createElement('p'); p.textContent = `${what}: ${n || 'none'}`; $('#found').append(p); }
    const body = new URLSearchParams({csrf_token: test.elements.csrf_token.value, clean: left.length ? 'no' : 'yes'});
    await fetch(test.dataset.tell, {method: 'POST', body}).catch(() => 0);
    setTimeout(() => go(test.dataset.to), 3000);
  })();
})();
