import { useEffect, useRef, useState } from "preact/hooks";
import { useCancelKey } from "../../components/WorkBar";
import type { Progress } from "../../engine/protocol";
import { compactCount, formatBytes, formatCount, formatDuration } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import { PHASE_LABELS, PHASES } from "../../state/phases";
import { HISTOGRAM, href, navigate } from "../../state/route";
import { cancelLoad, openFile, progress, reopen } from "../../state/session";
import { Meter, overall, type Pace, phaseShare } from "./estimate";
import "./Loading.css";

/** The load: what is being done, how far, how long still, and the way out. */
export function Loading() {
  const now = progress.value;
  const pace = usePace(now);
  const share = now === null ? 0 : overall(now);
  useCancelKey(() => void cancelLoad());
  return (
    <div class="loading">
      <h1 tabIndex={-1}>{now === null ? "Opening" : PHASE_LABELS[now.phase]}</h1>
      <p class="soft loading-file">{openFile.value?.name}</p>
      <Bar
        share={share}
        text={now === null ? "Opening" : `${PHASE_LABELS[now.phase]}, ${Math.floor(share * 100)} %`}
      />
      <div class="loading-line">
        <span class="strong num">{Math.floor(share * 100)} %</span>
        <span class="soft num">
          {pace.secondsLeft === null
            ? "estimating the time"
            : `about ${formatDuration(Math.max(1, pace.secondsLeft))} left`}
        </span>
        <button type="button" class="button" onClick={() => void cancelLoad()}>
          Cancel <kbd>{hotkeyLabel("close")}</kbd>
        </button>
      </div>
      <dl class="loading-facts">
        <Fact
          label="Read"
          value={
            now === null ? "0 B" : `${formatBytes(now.bytesRead)} of ${formatBytes(now.fileBytes)}`
          }
        />
        <Fact label="Objects" value={formatCount(now?.objects ?? 0)} />
        <Fact label="Classes" value={formatCount(now?.classes ?? 0)} />
        <Fact label="Speed" value={rateText(now, pace)} />
        <Fact label="Engine memory" value={formatBytes(now?.engineBytes ?? 0)} />
      </dl>
      <ol class="loading-phases">
        {PHASES.map((phase, i) => {
          const state =
            now === null || i + 1 > now.step ? "todo" : i + 1 < now.step ? "done" : "now";
          return (
            <li key={phase} class={state} aria-current={state === "now" ? "step" : undefined}>
              <span class="loading-mark" aria-hidden="true" />
              {PHASE_LABELS[phase]}
              <span class="muted num">
                {state === "now" && now !== null ? `${Math.floor(phaseShare(now) * 100)} %` : ""}
              </span>
              {state === "done" && <span class="visually-hidden">done</span>}
            </li>
          );
        })}
      </ol>
      <p class="loading-meanwhile">
        {now?.histogramReady === true ? (
          <a
            href={href(HISTOGRAM)}
            onClick={(event) => {
              event.preventDefault();
              navigate(HISTOGRAM);
            }}
          >
            Look at the histogram meanwhile
          </a>
        ) : (
          <span class="muted">
            The class histogram can be looked at as soon as the dump is read.
          </span>
        )}
      </p>
      <Silence progress={now} />
      <Announcer progress={now} />
    </div>
  );
}

/** The same in one line, above a view that is already usable. */
export function LoadingStrip() {
  const now = progress.value;
  const share = now === null ? 0 : overall(now);
  return (
    <div class="loading-strip">
      <span class="soft">
        {now === null ? "Opening" : PHASE_LABELS[now.phase]}; retained sizes and suspects follow
      </span>
      <Bar share={share} text="Load" />
      <span class="num">{Math.floor(share * 100)} %</span>
      <button type="button" class="link" onClick={() => void cancelLoad()}>
        Cancel
      </button>
    </div>
  );
}

function Bar({ share, text }: { share: number; text: string }) {
  const percent = Math.floor(share * 100);
  return (
    <div
      class="loading-bar"
      role="progressbar"
      aria-label="Load"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
    >
      <i style={{ transform: `scaleX(${share.toFixed(4)})` }} />
    </div>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd class="num">{value}</dd>
    </div>
  );
}

function rateText(now: Progress | null, pace: Pace): string {
  if (now === null || pace.rate === null) return "–";
  return now.unit === "bytes"
    ? `${formatBytes(pace.rate)}/s`
    : `${compactCount(Math.round(pace.rate))} objects/s`;
}

function usePace(now: Progress | null): Pace {
  const meter = useRef<Meter | null>(null);
  meter.current ??= new Meter(performance.now());
  return now === null
    ? { rate: null, secondsLeft: null }
    : meter.current.pace(now, performance.now());
}

/** A step of the engine takes milliseconds, the longest some seconds: after this something is wrong. */
export const SILENT_AFTER_MS = 30_000;

/** Says when the engine has not been heard of for long, and offers to start it anew. */
function Silence({ progress: now }: { progress: Progress | null }) {
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    setSilent(false);
    const timer = setTimeout(() => setSilent(true), SILENT_AFTER_MS);
    return () => clearTimeout(timer);
  }, [now]);
  if (!silent) return null;
  return (
    <p class="loading-silent" role="status">
      The engine has not answered for {Math.round(SILENT_AFTER_MS / 1000)} seconds. A slow disk can
      do this, or a browser that is short of memory.{" "}
      <button type="button" class="button" onClick={() => void reopen()}>
        Try again with the same file
      </button>
    </p>
  );
}

const ANNOUNCE_EVERY_MS = 5000;

/** Tells screen readers the phase when it changes and the percentage now and then, not eight times a second. */
function Announcer({ progress: now }: { progress: Progress | null }) {
  const [text, setText] = useState("");
  const latest = useRef(now);
  latest.current = now;
  const phase = now?.phase;
  useEffect(() => {
    const say = () => {
      const at = latest.current;
      if (at) setText(`${PHASE_LABELS[at.phase]}, ${Math.floor(overall(at) * 100)} percent`);
    };
    say();
    const timer = setInterval(say, ANNOUNCE_EVERY_MS);
    return () => clearInterval(timer);
  }, [phase]);
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  );
}
