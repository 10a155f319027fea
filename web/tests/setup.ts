/** What a tablet's browser has and Node lacks. */
import 'fake-indexeddb/auto'

globalThis.navigator ??= { platform: 'test' } as Navigator

/** As much of it as an upload needs, over the fetch of the moment. */
class Request {
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {}
  onload?: () => void
  onerror?: () => void
  onloadend?: () => void
  status = 0
  responseText = ''
  private path = ''
  private method = ''
  private readonly headers = new Headers()
  private answer = new Headers()
  private readonly stop = new AbortController()

  open(method: string, path: string): void {
    Object.assign(this, { method, path })
  }

  setRequestHeader(name: string, value: string): void {
    this.headers.set(name, value)
  }

  getAllResponseHeaders(): string {
    return [...this.answer].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  abort(): void {
    this.stop.abort()
  }

  send(body: ArrayBuffer): void {
    this.upload.onprogress?.({ loaded: body.byteLength / 2, total: body.byteLength })
    void this.exchange(body).then(() => this.onload?.(), () => this.onerror?.()).finally(() => this.onloadend?.())
  }

  private async exchange(body: ArrayBuffer): Promise<void> {
    const { path, method, headers } = this
    const answer = await fetch(path, { method, headers, body, signal: this.stop.signal })
    Object.assign(this, { status: answer.status, answer: answer.headers, responseText: await answer.text() })
  }
}

Object.assign(globalThis, { XMLHttpRequest: Request })
