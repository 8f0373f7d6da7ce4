/* The tablet: asks each second whether its page is still the right one, covers and puts away a form
   when nobody is there, leaves no trail in the history, reads aloud, and looks after the wipe
   whether anything is left. */
(() => {
  'use strict';
  const find = selector => document.querySelector(selector);
  const UNTOUCHED = 90; // seconds until the page is covered
  const COVERED = 30; // seconds more until it is put away
  const STAY = 60; // seconds at most on a page that leaves by itself
  const settings = document.body.dataset;
  const dialog = find('#idle');
  let lastTouch = Date.now();
  let touchedSincePulse = false;
  let isLeaving = false;
  let isOver = false;

  const go = address => {
    if (isLeaving) return;
    isLeaving = true;
    document.body.hidden = true;
    location.replace(address);
  };

  /* Is this still the right page? A server that cannot be reached says nothing; the clock below
     still runs. */
  const pulse = async () => {
    try {
      const headers = touchedSincePulse ? { 'X-Here': '1' } : {};
      const answer = await fetch(settings.pulse, {
        cache: 'no-store',
        redirect: 'manual',
        headers,
      });
      touchedSincePulse = false;
      if (answer.status >= 500 || answer.status === 429) return;
      const now = answer.status === 200 && (await answer.json());
      if (isOver) {
        go(dialog.dataset.away);
        return;
      }
      if (now?.state !== settings.state) {
        go(settings.home);
        return;
      }
      showHelp(now.help);
    } catch {}
  };
  addEventListener('online', pulse);
  document.addEventListener('htmx:after:request', event => {
    if (event.detail.ctx.response.status === 410) go(settings.home);
  });

  /* Is anybody there? */
  const noteTouch = () => {
    if (isOver) return;
    lastTouch = Date.now();
    touchedSincePulse = true;
    if (dialog?.open) dialog.close();
  };
  for (const kind of ['pointerdown', 'keydown', 'input', 'wheel', 'touchmove']) {
    addEventListener(
      kind,
      () => {
        if (!dialog?.open) noteTouch();
      },
      { passive: true, capture: true },
    );
  }
  if (dialog) {
    find('#still-here').onclick = noteTouch;
    dialog.addEventListener('cancel', event => {
      event.preventDefault();
      noteTouch();
    });
  }

  /* Without the server nothing can be put away: then nothing of the form stays on the page, and no
     tap brings it back. */
  const endStay = () => {
    isOver = true;
    history.replaceState(null, '', dialog.dataset.away);
    try {
      sessionStorage.clear();
    } catch {}
    find('#main').replaceChildren();
    if (!dialog.open) dialog.showModal();
    find('#counting').hidden = true;
    find('#idle-title').textContent = 'This form is closed';
    find('#put-away').hidden = false;
  };
  const watchIdle = () => {
    const left = Math.ceil(UNTOUCHED + COVERED - (Date.now() - lastTouch) / 1000);
    if (left > COVERED) return;
    if (!dialog.open) {
      dialog.showModal();
      find('#still-here').focus();
    }
    find('#count').textContent = Math.max(left, 0);
    if (left <= 0) endStay();
  };
  const leaving = find('[data-leave]');
  const latestEnd = Date.now() + STAY * 1000;
  const watchEnd = () => {
    const end = Math.min(lastTouch + leaving.dataset.leave * 1000, latestEnd);
    const left = Math.ceil((end - Date.now()) / 1000);
    find('#leave').textContent = Math.max(left, 0);
    if (left <= 0) go(dialog.dataset.away);
  };
  const tick = () => {
    if (isLeaving) return;
    pulse();
    if (dialog && !isOver) watchIdle();
    if (leaving) watchEnd();
  };
  setInterval(tick, 1000);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) tick();
  });
  addEventListener('pageshow', event => {
    if (event.persisted) go(settings.home);
  });

  /* Links: save first, then turn the page without a line in the history. */
  const saved = () =>
    new Promise(done => {
      const saver = find('#autosave');
      const state = find('#save');
      if (!saver || !/busy|bad/.test(state.dataset.state) || !state.textContent) {
        done();
        return;
      }
      document.addEventListener('htmx:after:request', done, { once: true });
      setTimeout(done, 2000);
      htmx.trigger(saver, 'resend');
    });
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href]');
    if (!link || link.origin !== location.origin || link.hash) return;
    event.preventDefault();
    if (dialog?.open && link.pathname === dialog.dataset.away) {
      endStay();
      pulse();
    } else saved().then(() => go(link.href));
  });

  /* Help: somebody comes, the page stays; once somebody was there, it can be asked for again. */
  const COMING = 'Somebody is coming';
  const helpButton = find('#help button');
  const helpOffer = helpButton?.innerHTML;
  const showHelp = isCalled => {
    if (!helpButton) return;
    if (isCalled) helpButton.innerHTML = COMING;
    else if (helpButton.textContent === COMING) helpButton.innerHTML = helpOffer;
  };
  find('#help')?.addEventListener('submit', async event => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(event.target));
    const answer = await fetch(event.target.action, { method: 'POST', body }).catch(() => null);
    helpButton.textContent = answer?.ok ? COMING : 'Please go to the desk';
    find('#told').textContent = answer?.ok
      ? 'Somebody is coming. What you typed is saved.'
      : 'The desk cannot be reached. Please go there.';
  });

  /* Read aloud, where the browser has a voice. */
  const voice = window.speechSynthesis;
  const aloudButton = find('#aloud');
  const READ = 'Read aloud';
  const STOP = 'Stop reading';
  const READABLE =
    '#main :is(h1,h2,legend,.label,.lead,.hint,.option,.error-message,#main>p,.button)';
  const words = () =>
    [...document.querySelectorAll(READABLE)]
      .filter(part => part.offsetParent && !part.closest('.comfort-choices'))
      // biome-ignore lint/performance/useDomNodeTextContent: what cannot be seen is not read.
      .map(part => part.innerText.trim())
      .filter(Boolean);
  const hush = () => {
    voice.cancel();
    aloudButton.textContent = READ;
  };
  const speak = () => {
    voice.cancel();
    const speech = new SpeechSynthesisUtterance(words().join('. '));
    speech.lang = document.documentElement.lang;
    speech.rate = 0.95;
    speech.onend = () => {
      aloudButton.textContent = READ;
    };
    voice.speak(speech);
    aloudButton.textContent = STOP;
  };
  if (voice) {
    for (const form of document.querySelectorAll('[data-needs-voice]')) form.hidden = false;
    if (aloudButton) {
      aloudButton.hidden = false;
      aloudButton.onclick = () => (aloudButton.textContent === STOP ? hush() : speak());
      speak();
      document.addEventListener('htmx:after:swap', event => {
        if (event.detail.ctx.sourceElement?.id !== 'autosave') speak();
      });
      addEventListener('pagehide', hush);
    }
  }

  /* Full screen: a browser leaves it with every new page, and lets nobody in without a tap. */
  const root = document.documentElement;
  const fullForm = find('#full');
  const fillScreen = () => {
    const isChosen = root.classList.contains('comfort-full');
    if (isChosen && !document.fullscreenElement) root.requestFullscreen().catch(() => {});
  };
  if (document.fullscreenEnabled) {
    if (fullForm) {
      fullForm.hidden = false;
      fullForm.addEventListener('submit', event => {
        event.preventDefault();
        const isChosen = root.classList.toggle('comfort-full');
        fullForm.querySelector('button').setAttribute('aria-pressed', isChosen);
        if (!isChosen && document.fullscreenElement) document.exitFullscreen();
        fillScreen();
        const body = new URLSearchParams(new FormData(fullForm));
        const request = { method: 'POST', body, redirect: 'manual' };
        fetch(fullForm.action, request).catch(() => {});
      });
    }
    document.addEventListener('click', fillScreen);
  }

  /* The screen stays on while somebody is here. */
  let wakeLock;
  const stayAwake = async () => {
    if (!navigator.wakeLock || document.hidden || (wakeLock && !wakeLock.released)) return;
    try {
      wakeLock = await navigator.wakeLock.request('screen');
    } catch {}
  };
  addEventListener('pointerdown', stayAwake);
  document.addEventListener('visibilitychange', stayAwake);

  /* After the wipe: is anything left in this browser? */
  const count = async (what, look) => {
    try {
      return [what, await look()];
    } catch {
      return [what, 0];
    }
  };
  const lookForRest = () =>
    Promise.all([
      count('session storage', () => sessionStorage.length),
      count('local storage', () => localStorage.length),
      count('databases', async () => (await indexedDB.databases()).length),
      count('caches', async () => (await caches.keys()).length),
      count('readable cookies', () => document.cookie.length),
      count('filled-in boxes', () => find('#probe').value.length),
    ]);
  const reportWipe = async form => {
    const found = await lookForRest();
    for (const [what, number] of found) {
      const line = document.createElement('p');
      line.textContent = `${what}: ${number || 'none'}`;
      find('#found').append(line);
    }
    const isClean = found.every(([, number]) => !number);
    const body = new URLSearchParams({
      csrf_token: form.elements.csrf_token.value,
      clean: isClean ? 'yes' : 'no',
    });
    await fetch(form.dataset.tell, { method: 'POST', body }).catch(() => {});
    setTimeout(() => go(form.dataset.to), 3000);
  };
  const wipeTest = find('#self-test');
  if (wipeTest) reportWipe(wipeTest);
})();
