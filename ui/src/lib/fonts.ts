/** The two faces of the window, as `app.css` names them. */
const faces = ['400 13px "Inter Variable"', '400 12px "JetBrains Mono Variable"'];

/** How long the first drawing waits for them, in milliseconds: they lie beside the page, so more than that is a fault. */
const patience = 1000;

/**
 * Loads both faces. Text that is laid out in another face first is drawn over itself by WebKitGTK when the right one
 * comes: it keeps the widths it had measured. A face that cannot be loaded keeps nobody waiting.
 */
export async function startFonts(): Promise<void> {
  const limit = new Promise<void>((done) => setTimeout(done, patience));
  await Promise.race([Promise.allSettled(faces.map((face) => document.fonts.load(face))), limit]);
}
