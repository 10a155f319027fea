/** The camera behind the tablet: its picture, its lamp, and one look at what it sees. */

type Torch = MediaTrackCapabilities & { torch?: boolean }

const WIDEST = 1280

/** Why there is no picture: somebody said no, or there is no camera. */
export type Trouble = 'refused' | 'missing'

/** Opens the camera that looks away from the person; throws a `Trouble` as text. */
export async function openCamera(): Promise<MediaStream> {
  try {
    const video = { facingMode: { ideal: 'environment' }, width: { ideal: 1920 }, height: { ideal: 1080 } }
    return await navigator.mediaDevices.getUserMedia({ video, audio: false })
  } catch (failure) {
    const refused = failure instanceof DOMException && ['NotAllowedError', 'SecurityError'].includes(failure.name)
    throw (refused ? 'refused' : 'missing') satisfies Trouble
  }
}

/** Whether the camera has a lamp that can be lit. */
export const hasTorch = (stream: MediaStream): boolean =>
  Boolean((stream.getVideoTracks()[0]?.getCapabilities?.() as Torch | undefined)?.torch)

/** Lights the lamp or puts it out. */
export async function light(stream: MediaStream, torch: boolean): Promise<void> {
  await stream.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch } as MediaTrackConstraintSet] })
}

/** What the camera sees now, no wider than a barcode needs; null before the first picture. */
export function glimpse(video: HTMLVideoElement, canvas: HTMLCanvasElement): ImageData | null {
  if (!video.videoWidth) return null
  const scale = Math.min(1, WIDEST / video.videoWidth)
  canvas.width = Math.round(video.videoWidth * scale)
  canvas.height = Math.round(video.videoHeight * scale)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(video, 0, 0, canvas.width, canvas.height)
  return context?.getImageData(0, 0, canvas.width, canvas.height) ?? null
}
