/* Staff pages: a minute before the session ends, say so and keep what is typed; at the end, take
   the page off the screen. */
(() => {
  'use strict';
  const WARNING = 60; // seconds
  const dialog = document.querySelector('#idle');
  const countdown = dialog.querySelector('.countdown');
  let timer;
  let ticking;

  /* How many seconds are left. A tap counts as work and extends the session; asking by itself does
     not. */
  const askSecondsLeft = async tapped => {
    const headers = tapped ? {} : { 'X-By-Itself': '1' };
    const answer = await fetch(dialog.dataset.left, { headers, redirect: 'manual' });
    return answer.ok && answer.status === 200 ? Number(await answer.text()) : 0;
  };
  const leave = () => location.replace(dialog.dataset.locked);
  const lookBeforeEnd = seconds => {
    timer = setTimeout(look, Math.max(0, seconds - WARNING) * 1000);
  };
  const goOn = seconds => {
    clearTimeout(timer);
    clearInterval(ticking);
    if (dialog.open) dialog.close();
    lookBeforeEnd(seconds);
  };
  const look = async () => {
    const seconds = await askSecondsLeft(false).catch(() => WARNING);
    if (seconds > WARNING + 1) {
      goOn(seconds);
      return;
    }
    keepTyped();
    warn(Date.now() + seconds * 1000);
  };
  const warn = end => {
    const tick = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      countdown.textContent = Math.max(0, seconds);
      if (seconds <= 0) leave();
    };
    dialog.showModal();
    tick();
    ticking = setInterval(tick, 1000);
  };

  /* A form that can be kept half-done says with which value of its button: data-keep="draft". */
  const keepTyped = () => {
    for (const form of document.querySelectorAll('form[data-keep]')) {
      const typed = new FormData(form);
      typed.set('do', form.dataset.keep);
      fetch(form.action, {
        method: 'POST',
        body: new URLSearchParams(typed),
        headers: { 'X-By-Itself': '1' },
        redirect: 'manual',
      });
    }
  };

  dialog.querySelector('form').addEventListener('submit', event => {
    event.preventDefault();
    askSecondsLeft(true).then(
      seconds => (seconds ? goOn(seconds) : leave()),
      () => {},
    );
  });
  dialog.addEventListener('cancel', event => event.preventDefault());
  addEventListener('pageshow', event => {
    if (event.persisted) location.reload();
  });
  lookBeforeEnd(dialog.dataset.seconds);
})();
