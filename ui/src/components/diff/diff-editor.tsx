import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Change, MergeView, presentableDiff, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import clsx from "clsx";
import { useEffect, useRef } from "react";
import type { DiffMode, FileDiff } from "./diff-view";
import { wholeWords } from "./whole-words";

const yamlColours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--yaml-key)" },
  { tag: [tags.string, tags.content, tags.attributeValue], color: "var(--yaml-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--yaml-number)" },
  { tag: [tags.comment, tags.lineComment], class: "cm-remark" },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: "var(--yaml-punct)" },
]);

// Every value is a token, so that the themes change without a new editor. The editor writes these rules into a <style>
// element, which `style-src 'unsafe-inline'` allows; it needs no inline script.
const look = EditorView.theme({
  "&": { backgroundColor: "transparent", fontSize: "var(--text-size-small)", color: "var(--text)" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "20px", fontVariantLigatures: "none" },
  ".cm-content": { padding: "4px 0", userSelect: "text" },
  // What goes on below its line hangs in, so that it is not taken for a line: less where two files share the width. A
  // marker stays in one piece where it can.
  ".cm-line, .cm-deletedChunk .cm-deletedLine": { paddingLeft: "calc(6px + 12ch)", textIndent: "-12ch" },
  ".cm-mergeView & .cm-line": { paddingLeft: "calc(6px + 4ch)", textIndent: "-4ch" },
  ".cm-remark": { color: "var(--yaml-comment)", display: "inline-block", maxWidth: "100%", textIndent: "0" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--text-muted)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "36px", padding: "0 8px 0 4px" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--diff-add) !important" },
  "&.cm-merge-a .cm-changedLine, .cm-deletedLine, .cm-deletedChunk": { backgroundColor: "var(--diff-del) !important" },
  "&.cm-merge-b .cm-changedText, .cm-insertedLine .cm-changedText, .cm-changedLine .cm-changedText": {
    background: "var(--diff-add-strong) !important",
    borderRadius: "2px",
    fontWeight: "600",
  },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "var(--diff-del-strong) !important",
    borderRadius: "2px",
    fontWeight: "600",
    textDecoration: "none",
  },
  // On the strong tints only the plain text colour is legible.
  ".cm-changedText, .cm-changedText *, .cm-deletedText, .cm-deletedText *": { color: "var(--text) !important" },
  ".cm-changeGutter": { width: "3px", paddingLeft: "0" },
  "&.cm-merge-b .cm-changedLineGutter, .cm-changedLineGutter": { background: "var(--diff-add-text) !important" },
  "&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter": { background: "var(--diff-del-text) !important" },
  ".cm-collapsedLines": {
    background: "var(--surface-sunken) !important",
    color: "var(--accent-text) !important",
    fontFamily: "var(--font-ui)",
    padding: "2px 0 2px 6px !important",
  },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '""', margin: "0" },
  ".cm-deletedChunk": { paddingLeft: "0 !important" },
});

function shared(path: string, words: DiffWords): Extension[] {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorState.phrases.of({ "$ unchanged lines": words.unchanged }),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": words.label, "aria-readonly": "true" }),
    EditorView.lineWrapping,
    lineNumbers(),
    look,
    syntaxHighlighting(yamlColours),
    ...(/\.ya?ml$/i.test(path) ? [yaml()] : []),
  ];
}

const collapseUnchanged = { margin: 4, minSize: 8 };
const diffConfig = {
  override: (a: string, b: string) =>
    wholeWords(presentableDiff(a, b), a, b).map(({ fromA, toA, fromB, toB }) => new Change(fromA, toA, fromB, toB)),
};

/** The editor's own few words. */
export interface DiffWords {
  label: string;
  /** With `$` for the number. */
  unchanged: string;
}

export default function DiffEditor({
  diff,
  mode,
  whole,
  words,
  className,
}: {
  diff: FileDiff;
  mode: DiffMode;
  whole: boolean;
  words: DiffWords;
  className?: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const { path, before, after } = diff;
  const { label, unchanged } = words;
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    const extensions = shared(path, { label, unchanged });
    const collapse = whole ? undefined : collapseUnchanged;
    if (mode === "split") {
      const view = new MergeView({
        parent,
        a: { doc: before, extensions },
        b: { doc: after, extensions },
        gutter: true,
        collapseUnchanged: collapse,
        diffConfig,
      });
      return () => view.destroy();
    }
    const merge = unifiedMergeView({
      original: before,
      mergeControls: false,
      gutter: true,
      collapseUnchanged: collapse,
      diffConfig,
    });
    const view = new EditorView({ parent, doc: after, extensions: [...extensions, merge] });
    return () => view.destroy();
  }, [path, before, after, mode, whole, label, unchanged]);
  return <div ref={host} className={clsx("min-h-0 overflow-auto", className)} />;
}
