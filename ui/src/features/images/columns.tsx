import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ImageRow } from "@/api/generated";
import { Age } from "@/components/age";
import { Chip } from "@/components/chip";
import { MiddleClip } from "@/components/middle-clip";
import { State, StateGlyph } from "@/components/state";
import { Pending } from "@/components/states";
import type { Column } from "@/components/table/columns";
import { useGateWords, useImageState } from "@/domain/image-state";
import { useRemedy } from "@/domain/remedy";
import { useOpenReview } from "@/domain/review";
import { useStepWord, versionText } from "@/domain/step";
import { NewVersion } from "@/domain/version-move";
import { useDates } from "@/lib/dates";
import { joinClauses } from "@/lib/list";
import { ms } from "@/lib/moment";
import { nextRank } from "./filtering";
import { type CellTools, NextCell } from "./next-cell";

/** The table's columns. In a narrow window Age, Rule and Checked leave first, in that order. */
export function useImageColumns(): Column<ImageRow>[] {
  const { t } = useTranslation(["images", "domain"]);
  const dates = useDates();
  const openReview = useOpenReview();
  const mend = useRemedy();
  const stateOf = useImageState();
  const gateWords = useGateWords();
  const badgeOf = useStepWord();
  const latest = useRef({ mend, stateOf, gateWords, badgeOf });
  latest.current = { mend, stateOf, gateWords, badgeOf };
  return useMemo<Column<ImageRow>[]>(() => {
    const tools: CellTools = {
      t,
      dates,
      review: (row) => openReview({ intent: "release", policies: [row.policy] }),
      mend: (remedy) => latest.current.mend(remedy),
    };
    return [
      {
        id: "policy",
        header: t("column.policy"),
        width: 150,
        grow: 1.1,
        sortBy: (row) => `${row.policy.name} ${row.policy.namespace}`,
        cell: (row) => (
          <span className="text-base" title={`${row.policy.namespace}/${row.policy.name}`}>
            <span className="font-medium">{row.policy.name}</span>{" "}
            <span className="text-small text-fg-muted">{row.policy.namespace}</span>
          </span>
        ),
      },
      {
        id: "image",
        header: t("column.image"),
        width: 186,
        grow: 1.3,
        drop: 4,
        sortBy: (row) => row.image ?? undefined,
        cell: (row) => <ImageName image={row.image} none={t("noImage")} />,
      },
      {
        id: "inGit",
        header: t("column.inGit"),
        width: 104,
        grow: 0.2,
        sortBy: (row) => (row.inGit ? versionText(row.inGit) : undefined),
        cell: (row) =>
          row.inGit && (
            <MiddleClip
              text={`${versionText(row.inGit)}${row.inGitDiffers ? " …" : ""}`}
              title={row.inGitDiffers ? t("differs") : (row.inGit.digest ?? versionText(row.inGit))}
              tail={4}
              className="mono text-fg-secondary"
            />
          ),
      },
      {
        id: "candidate",
        header: t("column.candidate"),
        width: 132,
        grow: 0.4,
        sortBy: (row) => (row.candidate ? versionText(row.candidate.to) : undefined),
        cell: (row) =>
          row.candidate ? (
            <NewVersion move={row.candidate} badge={latest.current.badgeOf(row.candidate.step)} />
          ) : (
            <NoCandidate row={row} t={t} />
          ),
      },
      {
        id: "age",
        header: t("column.age"),
        width: 62,
        drop: 1,
        sortBy: (row) => (row.firstSeen === null ? undefined : -ms(row.firstSeen)),
        cell: (row) => row.firstSeen && <Age at={ms(row.firstSeen)} bare className="text-fg-muted" />,
      },
      {
        id: "rule",
        header: t("column.rule"),
        width: 138,
        drop: 2,
        sortBy: (row) => (row.rule ? `${row.rule.kind} ${row.rule.value}` : undefined),
        cell: (row) => row.rule && <Chip kind={row.rule.kind}>{row.rule.value}</Chip>,
      },
      {
        id: "gates",
        header: t("column.gates"),
        width: 128,
        sortBy: (row) => row.state,
        cell: (row) => <Gates row={row} t={t} stateOf={latest.current.stateOf} gateWords={latest.current.gateWords} />,
      },
      {
        id: "next",
        header: t("column.next"),
        width: 168,
        grow: 0.3,
        sortBy: nextRank,
        cell: (row) => <NextCell row={row} tools={tools} />,
      },
      {
        id: "checked",
        header: t("column.checked"),
        width: 92,
        drop: 3,
        sortBy: (row) => (row.checkedAt === null ? undefined : -ms(row.checkedAt)),
        cell: (row) => <Checked row={row} never={t("never")} />,
      },
    ];
  }, [t, dates, openReview]);
}

function ImageName({ image, none }: { image: string | null; none: string }) {
  if (image === null) return <span className="text-fg-muted">{none}</span>;
  const slash = image.lastIndexOf("/") + 1;
  return (
    // The name is what tells two images apart: the registry gives way first.
    <span className="mono clip-start block" title={image}>
      <bdi dir="ltr">
        <span className="text-fg-muted">{image.slice(0, slash)}</span>
        {image.slice(slash)}
      </bdi>
    </span>
  );
}

function NoCandidate({ row, t }: { row: ImageRow; t: CellTools["t"] }) {
  if (row.state === "scanning" && row.chosen === null) return <Pending width={56} />;
  const words =
    row.state === "unknown"
      ? t("notKnown")
      : row.state === "stuck"
        ? t("pushed")
        : row.chosen === null
          ? t("nothing")
          : t("newest");
  return <span className="text-fg-muted">{words}</span>;
}

function Gates({
  row,
  t,
  stateOf,
  gateWords,
}: {
  row: ImageRow;
  t: CellTools["t"];
  stateOf: ReturnType<typeof useImageState>;
  gateWords: ReturnType<typeof useGateWords>;
}) {
  const state = stateOf(row.state);
  const [gate, ...others] = row.gates;
  const words = gate && row.state !== "upToDate" && row.state !== "stuck" ? gateWords(gate) : state.word;
  return (
    <State tone={state.tone} title={joinClauses(row.gates.map(gateWords)) || undefined}>
      {words}
      {others.length > 0 && <span className="text-fg-muted"> {t("more", { count: others.length })}</span>}
    </State>
  );
}

function Checked({ row, never }: { row: ImageRow; never: string }) {
  if (row.checkedAt === null) return <span className="text-fg-muted">{never}</span>;
  return (
    <span className="inline-flex items-center gap-1 text-fg-muted">
      {row.isStale && <StateGlyph tone="stale" size={12} />}
      <Age at={ms(row.checkedAt)} stale={row.isStale} />
    </span>
  );
}
