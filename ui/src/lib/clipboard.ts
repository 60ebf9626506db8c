/** How long a pasted secret may stay on the clipboard. */
export const clipboardPatience = 60_000;

/**
 * Takes a secret that was pasted off the clipboard after a while, unless something else was copied meanwhile. Only its
 * digest is remembered. Where the clipboard may not be read it is left alone: it may hold something else by then.
 */
export async function forgetPasted(text: string): Promise<void> {
  if (text === "") return;
  const pasted = await digest(text);
  setTimeout(() => void clearIfSame(pasted), clipboardPatience);
}

async function clearIfSame(pasted: string): Promise<void> {
  try {
    if ((await digest(await navigator.clipboard.readText())) === pasted) await navigator.clipboard.writeText("");
  } catch {
    // It may not be read.
  }
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
