import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import clsx from "clsx";
import i18next from "i18next";
import { useEffect, useRef } from "react";
import type { DiffMode, FileDiff } from "./diff-view";

const yamlColours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--yaml-key)" },
  { tag: [tags.string, tags.content, tags.attributeValue], color: "var(--yaml-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--yaml-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--yaml-comment)" },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: "var(--yaml-punct)" },
]);

// Every value is a token, so that the themes change without a new editor. The editor writes these rules into a <style>
// element, which `style-src 'unsafe-inline'` allows; it needs no inline script.
const look = EditorView.theme({
  "&": { backgroundColor: "transparent", fontSize: "var(--text-size-small)", color: "var(--text)" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "20px", fontVariantLigatures: "none" },
  ".cm-content": { padding: "4px 0", userSelect: "text" },
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
  ".cm-deletedChunk .cm-deletedLine": { paddingLeft: "6px" },
  ".cm-changeGutter": { width: "3px", paddingLeft: "0" },
  ".cm-changedLineGutter": { background: "var(--diff-add-text)" },
  "&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter": { background: "var(--diff-del-text)" },
  ".cm-collapsedLines": {
    background: "var(--surface-sunken)",
    color: "var(--accent-text)",
    fontFamily: "var(--font-ui)",
    padding: "2px 0 2px 50px",
  },
  // The library's own sign is in few fonts.
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '"⋯"' },
});

function shared(path: string, label: string): Extension[] {
  return [
    EditorState.phrases.of({ "$ unchanged lines": i18next.t("diff.unchanged", { n: "$" }) }),
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": label, "aria-readonly": "true" }),
    EditorView.lineWrapping,
    lineNumbers(),
    look,
    syntaxHighlighting(yamlColours),
    ...(/\.ya?ml$/i.test(path) ? [yaml()] : []),
  ];
}

const collapseUnchanged = { margin: 4, minSize: 8 };

export default function DiffEditor({
  diff,
  mode,
  label,
  className,
}: {
  diff: FileDiff;
  mode: DiffMode;
  label: string;
  className?: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const { path, before, after } = diff;
  useEffect(() => {
    const parent = host.current;
    if (!parent) return;
    if (mode === "split") {
      const view = new MergeView({
        parent,
        a: { doc: before, extensions: shared(path, label) },
        b: { doc: after, extensions: shared(path, label) },
        gutter: true,
        collapseUnchanged,
      });
      return () => view.destroy();
    }
    const view = new EditorView({
      parent,
      doc: after,
      extensions: [
        ...shared(path, label),
        unifiedMergeView({ original: before, mergeControls: false, gutter: true, collapseUnchanged }),
      ],
    });
    return () => view.destroy();
  }, [path, before, after, mode, label]);
  return <div ref={host} className={clsx("min-h-0 overflow-auto", className)} />;
}
