import { Dialog } from "@/components/dialog";
import type { Failure } from "./error-words";
import { FormEnd } from "./form-end";

/** Asks once before something is forgotten, and says what that means and what stays. */
export function ConfirmDialog({
  open,
  title,
  means,
  act,
  error,
  isPending,
  onConfirm,
  onClose,
}: {
  open: boolean;
  title: string;
  means: string;
  /** What the button does, in a word or two. */
  act: string;
  error: Failure | null;
  isPending: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog open={open} onClose={onClose} title={title} className="!max-w-110">
      <div className="flex flex-col gap-3 p-5">
        <p className="text-fg-secondary">{means}</p>
        <FormEnd
          error={error}
          submit={act}
          look="danger"
          disabled={isPending}
          onSubmit={onConfirm}
          onCancel={onClose}
        />
      </div>
    </Dialog>
  );
}
