// The application without its window: a process of its own for each test, over a real registry, Git and engine.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** What the host was begun with: nothing, the demo's repository, or a fleet that was run for weeks. */
export type World = "empty" | "demo" | "fleet";

/** Where the demo's parts are, for what happens outside of the application. */
export interface Places {
  /** The bare repository on disk. */
  gitFolder: string;
  gitUrl: string;
  /** The image without a tag. */
  image: string;
}

/** The program, as `cargo xtask` names it or as it was built by hand. */
function program(): string {
  const built = process.env.CARGO_TARGET_DIR ?? join(root, "target");
  const path = process.env.SLUICE_WEB_HOST ?? join(built, "debug", "sluice-web-host");
  if (!existsSync(path))
    throw new Error(`${path} is missing: cargo build -p sluice-web-host, or cargo xtask test browser`);
  return path;
}

/** The page, which must have been built. */
function page(): string {
  const dist = join(root, "ui", "dist");
  if (!existsSync(join(dist, "index.html"))) throw new Error(`${dist} is missing: npm run build in ui/`);
  return dist;
}

export class Host {
  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
  ) {}

  static async start(world: World): Promise<Host> {
    const words = ["--ui", page(), ...(world === "empty" ? [] : [`--with-${world}`])];
    // It ends with its input, so that a test that is killed leaves nothing behind.
    const child = spawn(program(), words, { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`the host ended with ${code} before it said its address`);
    });
    const [line] = (await Promise.race([once(lines, "line"), ended])) as [string];
    ended.catch(() => {});
    return new Host(child, (JSON.parse(line) as { address: string }).address);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.stdin?.end();
    await ended;
  }

  /** A command of the window's list, as a person's click elsewhere would give it. */
  async call<T = unknown>(name: string, request: unknown = {}): Promise<T> {
    return (await this.post(`/api/call/${name}`, request)).json() as Promise<T>;
  }

  /** Somebody's build pushes tags. */
  async publish(...tags: string[]): Promise<void> {
    await this.post("/control/publish", { tags });
  }

  async registry(running: boolean): Promise<void> {
    await this.post("/control/registry", { running });
  }

  async git(running: boolean): Promise<void> {
    await this.post("/control/git", { running });
  }

  /** The background work. */
  async agent(running: boolean): Promise<void> {
    await this.post("/control/agent", { running });
  }

  /** The folder that the desktop's dialog gives next. */
  async folder(path: string | null): Promise<void> {
    await this.post("/control/folder", { path });
  }

  /** What was asked of the desktop. */
  async desk(): Promise<{ links: string[]; autostart: boolean | null }> {
    return (await fetch(`${this.address}/control/desk`)).json() as Promise<{
      links: string[];
      autostart: boolean | null;
    }>;
  }

  async places(): Promise<Places> {
    return (await fetch(`${this.address}/control/places`)).json() as Promise<Places>;
  }

  private async post(path: string, body: unknown): Promise<Response> {
    const response = await fetch(this.address + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** Asks Git about the repository as it is now, past Sluice. */
  async inGit(...words: string[]): Promise<string> {
    const { gitFolder } = await this.places();
    return execFileSync("git", ["--git-dir", gitFolder, ...words], { encoding: "utf8" }).trim();
  }

  /** A colleague pushes a commit that puts a text in the place of another. */
  async colleaguePushes(file: string, change: (text: string) => string, message: string): Promise<void> {
    const { gitFolder } = await this.places();
    const folder = mkdtempSync(join(tmpdir(), "sluice-colleague-"));
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=Robin", "-c", "user.email=robin@acme.example", ...words], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
    try {
      git("clone", "--quiet", gitFolder, ".");
      const before = git("show", `HEAD:${file}`);
      const after = change(before);
      if (after === before) throw new Error(`${file} is the same afterwards`);
      writeFileSync(join(folder, file), after);
      git("commit", "--quiet", "--all", "--message", message);
      git("push", "--quiet", "origin", "HEAD:main");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
