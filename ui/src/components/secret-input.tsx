import type { ClipboardEvent, ComponentPropsWithRef } from "react";
import { forgetPasted } from "@/lib/clipboard";
import { TextInput } from "./input";
import { TextArea } from "./text-area";

function onPaste(event: ClipboardEvent): void {
  void forgetPasted(event.clipboardData.getData("text"));
}

/** A password, token or passphrase. What is pasted is taken off the clipboard after a minute. */
export function SecretInput(props: ComponentPropsWithRef<"input">) {
  return <TextInput type="password" autoComplete="new-password" onPaste={onPaste} {...props} />;
}

/** A private key, over several lines. What is pasted is taken off the clipboard after a minute. */
export function SecretArea(props: ComponentPropsWithRef<"textarea">) {
  return <TextArea onPaste={onPaste} {...props} />;
}
