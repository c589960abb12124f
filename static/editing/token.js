// After a login in another tab a form's token is an old one; the cookie has the one that holds now.

export function freshToken(form) {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (found) form.elements.csrfmiddlewaretoken.value = found[1];
}
