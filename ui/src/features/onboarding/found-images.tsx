import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FoundImage, LookedThrough, ReadingStage } from "@/api/generated";
import { Frame } from "@/components/frame";
import { State } from "@/components/state";
import { Pending } from "@/components/states";
import { useErrorWords } from "@/domain/error-words";
import { useImageState } from "@/domain/image-state";
import { policyParams } from "@/domain/pages";
import { idOf } from "@/domain/policy-id";
import { useStepWord, versionText } from "@/domain/step";
import { NewVersion } from "@/domain/version-move";

/** Every policy with what it would choose. What Git says shows at once; what the registry says follows, row by row. */
export function FoundImages({
  images,
  stage,
  lookedThrough,
}: {
  images: readonly FoundImage[];
  stage: ReadingStage;
  lookedThrough: LookedThrough;
}) {
  const { t } = useTranslation("onboarding");
  const over = stage.stage === "done" || stage.stage === "failed" || stage.stage === "scanning";
  const scanned = images.filter((image) => image.state !== "scanning" && image.problem === null).length;
  const refused = images.filter((image) => image.problem !== null).length;
  return (
    <Frame
      title={t("images")}
      aside={images.length > 0 ? t("imagesCount", { count: images.length, scanned, refused }) : undefined}
    >
      {images.length === 0 ? (
        <p className="px-4 py-3 text-small text-fg-secondary">
          {over
            ? t("noImages", { files: lookedThrough.files, images: lookedThrough.images, branch: lookedThrough.branch })
            : t("imagesComing")}
        </p>
      ) : (
        <table className="w-full table-fixed text-left text-small">
          <thead className="bg-sunken text-caption text-fg-muted">
            <tr className="h-8 border-b border-line">
              <th scope="col" className="w-[24%] pl-4 font-medium">
                {t("column.policy")}
              </th>
              <th scope="col" className="w-[30%] font-medium">
                {t("column.image")}
              </th>
              <th scope="col" className="w-[13%] font-medium">
                {t("column.inGit")}
              </th>
              <th scope="col" className="w-[17%] font-medium">
                {t("column.choice")}
              </th>
              <th scope="col" className="font-medium">
                {t("column.state")}
              </th>
            </tr>
          </thead>
          <tbody>
            {images.map((image) => (
              <ImageLine key={idOf(image.policy)} image={image} />
            ))}
          </tbody>
        </table>
      )}
    </Frame>
  );
}

function ImageLine({ image }: { image: FoundImage }) {
  const { t } = useTranslation("onboarding");
  const state = useImageState()(image.state);
  const words = useErrorWords();
  const badge = useStepWord()(image.candidate?.step ?? null);
  return (
    <tr className="arrive h-row border-b border-line-faint last:border-b-0">
      <td className="clip pl-4">
        <Link
          to="/images/$source/$namespace/$name"
          params={policyParams(image.policy)}
          className="rounded-chip text-base font-medium hover:underline"
        >
          {image.policy.name}
        </Link>
      </td>
      <td className="mono clip-start pr-2 text-fg-secondary" title={image.image ?? undefined}>
        <bdi dir="ltr">{image.image}</bdi>
      </td>
      <td className="mono clip">{image.inGit && versionText(image.inGit)}</td>
      <td className="clip">
        {image.candidate ? (
          <NewVersion move={image.candidate} badge={badge} />
        ) : image.state === "scanning" ? (
          <Pending width={64} />
        ) : (
          <span className="text-fg-muted">{image.problem ? t("notKnown") : t("same")}</span>
        )}
      </td>
      <td className="clip pr-3">
        {image.problem ? (
          <State tone="degraded" title={words(image.problem).head} className="max-w-full align-middle">
            {state.word}
          </State>
        ) : (
          <State tone={state.tone} className="max-w-full align-middle">
            {state.word}
          </State>
        )}
      </td>
    </tr>
  );
}
