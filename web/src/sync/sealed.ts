/**
 * A file that is worthless without its passphrase: `JIECHE1\n`, 16 bytes of salt, 12 of nonce, then AES-256-GCM under
 * the key that PBKDF2-SHA-256 derives in 600,000 rounds (docs/tablets.md).
 */

const MARK = new TextEncoder().encode('JIECHE1\n')
const [SALT, NONCE, ROUNDS] = [16, 12, 600_000]

type Bytes = Uint8Array<ArrayBuffer>

/** Not a file of ours, damaged, or another passphrase. */
export class Unreadable extends Error {
  constructor(readonly code: 'no_rescue' | 'wrong_passphrase') {
    super(code)
    this.name = 'Unreadable'
  }
}

/** Encrypts; everything before the cipher text is authenticated too. */
export async function seal(content: Bytes, passphrase: string): Promise<Blob> {
  const head = new Uint8Array([...MARK, ...crypto.getRandomValues(new Uint8Array(SALT + NONCE))])
  return new Blob([head, await crypto.subtle.encrypt(cipher(head), await keyOf(head, passphrase), content)])
}

/** Decrypts; raises Unreadable. */
export async function unseal(file: ArrayBuffer, passphrase: string): Promise<Bytes> {
  const head = new Uint8Array(file.slice(0, MARK.length + SALT + NONCE))
  if (!MARK.every((byte, at) => head[at] === byte)) throw new Unreadable('no_rescue')
  const key = await keyOf(head, passphrase)
  try {
    return new Uint8Array(await crypto.subtle.decrypt(cipher(head), key, file.slice(head.length)))
  } catch {
    throw new Unreadable('wrong_passphrase')
  }
}

function cipher(head: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv: head.slice(MARK.length + SALT), additionalData: head }
}

async function keyOf(head: Bytes, passphrase: string): Promise<CryptoKey> {
  const typed = new TextEncoder().encode(passphrase.normalize('NFC'))
  const from = await crypto.subtle.importKey('raw', typed, 'PBKDF2', false, ['deriveKey'])
  const salt = head.slice(MARK.length, MARK.length + SALT)
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }
  return crypto.subtle.deriveKey(how, from, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
