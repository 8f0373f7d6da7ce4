/* Staff pages: a minute before the session ends, say so and keep what is typed; at the end, take the page off the screen. */
(() => {
  'use strict';
  const WARN = 60, dialog = document.querySelector('#idle'), count = dialog.querySelector('.countdown');
  let timer, ticking;

  /* How many seconds are left. A tap counts as work and extends the session; asking by itself does not. */
  const left = async tapped => {
    const answer = await fetch(dialog.dataset.left, {headers: tapped ? {} : {'X-By-Itself': '1'}, redirect: 'manual'});
    return answer.ok && answer.status === 200 ? +await answer.text() : 0;
  };
  const plan = seconds => {
    clearTimeout(timer); clearInterval(ticking);
    if (dialog.open) dialog.close();
    timer = setTimeout(look, Math.max(0, seconds - WARN) * 1e3);
  };
  const look = async () => {
    const seconds = await left(false).catch(() => WARN);
    if (seconds > WARN + 1) return plan(seconds);
    keep(); warn(Date.now() + seconds * 1e3);
  };
  const warn = end => {
    const tick = () => {
      const seconds = Math.ceil((end - Date.now()) / 1e3);
      count.textContent = Math.max(0, seconds);
      if (seconds <= 0) location.replace(dialog.dataset.locked);
    };
    dialog.showModal(); tick(); ticking = setInterval(tick, 1e3);
  };
  /* A form that can be kept half-done says with which value of its button: data-keep="draft". */
  const keep = () => {
    for (const form of document.querySelectorAll('form[data-keep]')) {
      const typed = new FormData(form);
      typed.set('do', form.dataset.keep);
      fetch(form.action, {method: 'POST', body: new URLSearchParams(typed), headers: {'X-By-Itself': '1'}, redirect: 'manual'});
    }
  };
  dialog.querySelector('form').addEventListener('submit', e => {
    e.preventDefault();
    left(true).then(seconds => seconds ? plan(seconds) : location.replace(dialog.dataset.locked), () => {});
  });
  dialog.addEventListener('cancel', e => e.preventDefault());
  addEventListener('pageshow', e => { if (e.persisted) location.reload(); });
  timer = setTimeout(look, Math.max(0, dialog.dataset.seconds - WARN) * 1e3);
})();
