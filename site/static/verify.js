// Verifies a printed guide against the fingerprints. Loaded after site.js, whose $, link, query and fetched it uses.
const verify = $('#verify');
if (verify) {
  const verdict = $('.verdict', verify);
  const say = (word, ok, code) => {
    verdict.className = 'verdict ' + (ok ? 'yes' : 'no');
    verdict.replaceChildren($(`[data-say=${word}]`, verify).textContent,
      ...(code ? [link(verify.dataset.items + code + '/', code)] : []));
  };
  const check = async () => {
    const typed = verify.print.value.toUpperCase().replace(/[^2-9A-HJ-NP-Z]/g, '');
    let code = verify.code.value.trim().toUpperCase(), got;
    if (typed.length !== 8) return say('no-form', false);
    try {
      got = await fetched(verify.dataset.fingerprints);
    } catch {
      return say('offline', false);
    }
    code = got.aliases[code] || code;
    if (!Object.hasOwn(got.items, code)) return say('no-item', false);
    const same = got.items[code].replace('-', '') === typed;
    return say(same ? 'same' : 'differs', same, code);
  };
  verify.classList.add('on');
  verify.code.value = query.get('code') || '';
  verify.print.value = query.get('print') || '';
  verify.addEventListener('submit', (e) => {
    e.preventDefault();
    check();
  });
  if (verify.code.value && verify.print.value) check();
}
