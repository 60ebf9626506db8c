import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { TextInput } from "@/components/input";
import { Line } from "./section";
import { parseSpan, writeSpan } from "./span";

/** A text that is kept when a person leaves the field or presses Enter; Escape takes it back. */
export function TextField({
  label,
  hint,
  value,
  placeholder,
  fixed,
  isValid = () => true,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  placeholder?: string;
  fixed: boolean;
  isValid?: (text: string) => boolean;
  onChange: (text: string) => void;
}) {
  const { t } = useTranslation("settings");
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = !isValid(text);
  const keep = () => {
    if (text.trim() === value || wrong) return;
    onChange(text.trim());
  };
  return (
    <Line label={label} hint={wrong ? <span className="text-failed">{t("wrong")}</span> : hint} fixed={fixed}>
      <TextInput
        aria-label={label}
        aria-invalid={wrong || undefined}
        mono
        disabled={fixed}
        value={text}
        placeholder={placeholder}
        onChange={(event) => setText(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Enter") keep();
          if (event.key === "Escape") setText(value);
        }}
        className="w-40"
      />
    </Line>
  );
}

/** A span of time, written as Flux writes it. */
export function SpanField({
  label,
  hint,
  seconds,
  allowsNone = false,
  fixed,
  onChange,
}: {
  label: string;
  hint: string;
  seconds: number;
  allowsNone?: boolean;
  fixed: boolean;
  onChange: (seconds: number) => void;
}) {
  return (
    <TextField
      label={label}
      hint={hint}
      fixed={fixed}
      value={writeSpan(seconds)}
      isValid={(text) => {
        const read = parseSpan(text);
        return read !== undefined && (allowsNone || read > 0);
      }}
      onChange={(text) => {
        const read = parseSpan(text);
        if (read !== undefined) onChange(read);
      }}
    />
  );
}
