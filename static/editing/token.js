// After a login in another tab the form's token is out of date; take it from the cookie.

export function freshToken(form) {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (found) form.elements.csrfmiddlewaretoken.value = found[1];
}
