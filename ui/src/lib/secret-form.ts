/** Reads a field of a form and empties it at once, so that a secret stays in no state and in no document. */
export function takeField(form: HTMLFormElement, name: string): string {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLInputElement) && !(field instanceof HTMLTextAreaElement)) return "";
  const { value } = field;
  field.value = "";
  return value;
}
