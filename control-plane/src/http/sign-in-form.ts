/**
 * Signing in for people: with a password or at the identity provider, and setting a first password with the token of an
 * admin. Without scripts the forms send nothing that is taken, and never a password in an address.
 */
export const SIGN_IN_FORM = `
  <section id="sign-in" hidden>
    <form method="post" action="/auth/sign-in">
      <input name="login" placeholder="name or e-mail address" autocomplete="username" required>
      <input name="password" type="password" placeholder="password" autocomplete="current-password" required>
      <button>Sign in</button>
      <a id="oidc" href="/auth/oidc/start?returnTo=/" hidden>Sign in at your identity provider</a>
    </form>
    <details>
      <summary>I have a token to set my password</summary>
      <form method="post" action="/auth/password-setup">
        <input name="token" placeholder="tg-setup-…" autocomplete="off" required>
        <input name="password" type="password" placeholder="at least 12 characters" autocomplete="new-password" required>
        <button>Set the password</button>
      </form>
    </details>
  </section>
  <form id="signed-in" method="post" action="/auth/sign-out" hidden>
    Signed in as <strong></strong>. <button>Sign out</button>
  </form>
  <p id="said" role="status"></p>`;

/** Shows who is signed in, sends what the forms hold, and says what is answered. */
export const signInScript = (graphqlPath: string): string => `
  const find = (selector) => document.querySelector(selector);
  const post = (path, body) => fetch(path, {
    method: 'POST',
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  async function show() {
    const { oidc } = await (await fetch('/auth/methods')).json();
    const { data } = await (await post(${JSON.stringify(graphqlPath)}, { query: '{ me { name } }' })).json();
    find('#oidc').hidden = !oidc;
    find('#sign-in').hidden = Boolean(data);
    find('#signed-in').hidden = !data;
    find('#signed-in strong').textContent = data ? data.me.name : '';
  }
  async function send(form, said) {
    const fields = Object.fromEntries(new FormData(form));
    const response = await post(form.getAttribute('action'), Object.keys(fields).length > 0 && fields);
    const { error } = response.ok ? {} : await response.json();
    if (response.ok) form.reset();
    find('#said').textContent = error || said;
    await show();
  }
  const failed = () => { find('#said').textContent = 'the control plane does not answer; try again'; };
  const said = { '/auth/password-setup': 'The password is set; sign in with it.' };
  for (const form of document.forms) form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(form, said[form.getAttribute('action')] || '').catch(failed);
  });
  show().catch(failed);`;
