/* Saves a step while the client types, and says so in the header. Every page works without it. */
(() => {
  'use strict';
  const find = selector => document.querySelector(selector);
  const FIRST_RETRY = 4; // seconds; doubled after each try that failed
  const LONGEST_RETRY = 60;
  const RESTORED_SAVE = 800; // milliseconds until what was put back is saved

  /* What the header says: the text changes only when it differs, so that it is heard once. */
  const CLOUD = 'M7 18a4.5 4.5 0 0 1-.5-8.97A6 6 0 0 1 18 8.5a4.75 4.75 0 0 1-1 9.5z';
  const INSIDE = { ok: 'm9 13 2.2 2.2L15.2 11', busy: 'M12 9v4.5', bad: 'M4 3l16 18' };
  const icon = state =>
    `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${CLOUD}"/>` +
    `<path d="${INSIDE[state]}"/></svg>`;
  const say = (state, words) => {
    const place = find('#save');
    if (!place || place.textContent === words) return;
    place.dataset.state = state;
    place.innerHTML = words && icon(state);
    place.append(words);
  };

  /* A copy of unsaved words in this tab, for a crash or a reload without connection; never on a
     shared device. */
  const isOwnDevice = !('shared' in document.body.dataset);
  const PREFIX = `typed:${location.host}:`;
  const copyKey = () => PREFIX + find('#step [name=of_form]').value + location.pathname;
  const isTick = box => /radio|checkbox/.test(box.type);
  const boxes = () =>
    [...(find('#step')?.elements || [])].filter(
      box => box.name && box.type !== 'hidden' && box.type !== 'submit',
    );
  const keepCopy = () => {
    if (!isOwnDevice) return;
    const typed = boxes().filter(box => !isTick(box) || box.checked);
    try {
      sessionStorage[copyKey()] = JSON.stringify(typed.map(box => [box.name, box.value]));
    } catch {}
  };
  const forgetCopies = () => {
    try {
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
      }
    } catch {}
  };
  const putBackCopy = () => {
    let copy;
    try {
      copy = JSON.parse(sessionStorage[copyKey()]);
    } catch {
      return;
    }
    const fill = () => {
      for (const box of boxes()) {
        const old = copy.find(
          ([name, value]) => name === box.name && (!isTick(box) || value === box.value),
        );
        if (isTick(box)) box.checked = Boolean(old);
        else if (old) box.value = old[1];
      }
    };
    fill();
    document.addEventListener('boxes-added', fill, { once: true }); // mark_map.js, for what is ticked
    noteChange();
    say('busy', 'We put back what you typed before the connection was lost');
    timer = setTimeout(save, RESTORED_SAVE);
  };

  /* Saving. */
  const SAVED = 0;
  const TYPED = 1; // since the last save
  const SENT = 2; // and not yet answered
  let progress = SAVED;
  let tries = 0;
  let timer;
  const isSave = request => request?.sourceElement?.id === 'autosave';
  const noteChange = () => {
    progress = TYPED;
    const sequence = find('#seq');
    sequence.value = Number(sequence.value) + 1;
  };
  const save = () => {
    clearTimeout(timer);
    const saver = find('#autosave');
    if (progress !== SAVED && saver) htmx.trigger(saver, 'resend');
  };
  const saveLater = words => {
    progress = TYPED;
    say('bad', words);
    clearTimeout(timer);
    const seconds = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** tries);
    tries += 1;
    timer = setTimeout(save, seconds * 1000);
  };

  document.addEventListener('input', event => {
    if (event.target.form?.id !== 'step') return;
    noteChange();
    keepCopy();
    if (find('#save').dataset.state !== 'bad') say('busy', 'Not saved yet');
  });
  document.addEventListener('htmx:before:request', event => {
    if (isSave(event.detail.ctx)) progress = SENT;
  });
  document.addEventListener('htmx:after:request', event => {
    const request = event.detail.ctx;
    if (!isSave(request)) return;
    if (request.response.status === 409) {
      progress = TYPED;
      say('bad', 'Changed in another window. Choose Continue to see how');
      return;
    }
    if (request.response.status !== 204) {
      saveLater('Not saved. Keep this page open, we try again');
      return;
    }
    if (progress === SENT) {
      progress = SAVED;
      forgetCopies();
    }
    tries = 0;
    const now = new Date().toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
    say('ok', `Saved ${now}`);
  });
  document.addEventListener('htmx:error', event => {
    if (isSave(event.detail.ctx)) saveLater('Not saved: no connection. Keep this page open');
  });
  addEventListener('online', save);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) save();
  });
  addEventListener('beforeunload', event => {
    if (progress !== SAVED && isOwnDevice) event.preventDefault();
  });

  /* Another page came: what was typed on the one before went with it. */
  document.addEventListener('page-turned', () => {
    progress = SAVED;
    clearTimeout(timer);
    forgetCopies();
    say('', '');
  });

  if (find('#step')) putBackCopy();
})();
