import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listen } from '../../src/sync/live'
import { tablet, type Peer } from './peer'

let peer: Peer
let stop: AbortController

beforeEach(async () => {
  peer = await tablet()
  stop = new AbortController()
})

afterEach(() => stop.abort())

const stream = (...chunks: string[]) =>
  new Response(new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
    },
  }), { headers: { 'Content-Type': 'text/event-stream' } })

describe('the live line', () => {
  it('rings once when it opens and once for each change, also when an event comes in pieces', async () => {
    peer.faults = [() => stream(': still here\r\n\r\n', 'event: cha', 'nged\r\ndata: {}\r\n', '\r\n', 'event: other\n\n', 'event: changed\ndata: 1\n\n')]
    const rung = vi.fn()
    void listen(rung, stop.signal)
    await vi.waitFor(() => expect(rung).toHaveBeenCalledTimes(3))
    expect(peer.requests).toEqual(['GET /sync/live'])
  })

  it('ends when the signal does', async () => {
    peer.faults = [() => stream()]
    const ended = listen(() => undefined, stop.signal)
    await vi.waitFor(() => expect(peer.requests).toHaveLength(1))
    stop.abort()
    await ended
  })
})
