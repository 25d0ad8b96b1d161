import { useLayoutEffect, useRef } from 'preact/hooks';
import { useApp } from '../app_context';
import { className, isFinite } from '../facts';
import { significant } from '../format';
import { flipKind, rgbaOf } from '../samples';
import type { FlippedSample, Num, SamplePicture } from '../types';

function Picture({ picture }: { picture: SamplePicture | undefined }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const canvas = ref.current;
    const rgba = picture && rgbaOf(picture);
    if (!canvas || !picture || !rgba) return;
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext('2d')?.putImageData(new ImageData(rgba, picture.width, picture.height), 0, 0);
  }, [picture]);
  if (!picture) return <div class="picture missing">no picture</div>;
  return (
    <canvas
      ref={ref}
      class="picture"
      role="img"
      aria-label={`Picture of sample ${picture.index}`}
    />
  );
}

function Prediction(props: {
  who: string;
  prediction: number;
  margin: Num;
  largest: number;
  right: boolean;
}) {
  const { report } = useApp();
  const width =
    isFinite(props.margin) && props.largest > 0
      ? (Math.abs(props.margin) / props.largest) * 100
      : 0;
  return (
    <div class={`prediction ${props.right ? 'right' : 'wrong'}`}>
      <span class="prediction-who">{props.who}</span>
      <b>{className(report, props.prediction)}</b>
      <span class="margin" aria-hidden="true">
        <i style={{ width: `${Math.min(100, width).toFixed(1)}%` }} />
      </span>
      <span class="prediction-margin">margin {significant(props.margin, 3)}</span>
    </div>
  );
}

const KIND_WORDS = { lost: 'Lost', gained: 'Gained', moved: 'Moved' };

export function SampleCard({
  sample,
  picture,
  variant,
  largest,
}: {
  sample: FlippedSample;
  picture: SamplePicture | undefined;
  variant: string;
  largest: number;
}) {
  const { report } = useApp();
  const kind = flipKind(sample);
  const labelled = sample.label >= 0;
  const right = (prediction: number) => labelled && prediction === sample.label;
  return (
    <li class={`sample ${kind}`}>
      <Picture picture={picture} />
      <div class="sample-text">
        <div class="sample-head">
          <span>
            {labelled ? (
              <>
                Label <b>{className(report, sample.label)}</b>
              </>
            ) : (
              'No label'
            )}
          </span>
          <span class="soft">
            #{sample.index} · {KIND_WORDS[kind]}
          </span>
        </div>
        <Prediction
          who="float"
          prediction={sample.reference_prediction}
          margin={sample.reference_margin}
          largest={largest}
          right={right(sample.reference_prediction)}
        />
        <Prediction
          who={variant}
          prediction={sample.variant_prediction}
          margin={sample.variant_margin}
          largest={largest}
          right={right(sample.variant_prediction)}
        />
      </div>
    </li>
  );
}
