import { defineConfig, type Plugin } from 'vite'
import { ICONS, type IconName } from './src/parts/icons'

const DRAWN: IconName[] = [
  'reception', 'people', 'stethoscope', 'chat', 'box', 'wrench', 'shield', 'money', 'flag', 'check', 'close', 'clock',
  'down', 'phone', 'document', 'today',
]

/** Drawings that only this page needs. */
const OWN: Record<string, readonly string[]> = {
  bell: ['M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15Z', 'M10 21h4', 'M12 5V3'],
  pin: ['M12 21c4.5-5 7-8.4 7-11.5a7 7 0 0 0-14 0C5 12.6 7.5 16 12 21Z', 'M12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z'],
}

/** The line drawings of the product as one sprite, which the server's HTML points into. */
function sprite(): Plugin {
  const drawings = { ...Object.fromEntries(DRAWN.map((name) => [name, ICONS[name]])), ...OWN }
  const symbol = ([name, paths]: [string, readonly string[]]): string =>
    `<symbol id="${name}" viewBox="0 0 24 24">${paths.map((d) => `<path d="${d}"/>`).join('')}</symbol>`
  return {
    name: 'sprite',
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${Object.entries(drawings).map(symbol).join('')}</svg>`
      this.emitFile({ type: 'asset', name: 'icons.svg', originalFileName: 'customer/icons.svg', source })
    },
  }
}

export default defineConfig({
  base: '/c/',
  publicDir: false,
  plugins: [sprite()],
  build: {
    outDir: 'dist-customer',
    // Phones of 2020: Chromium 80, Safari 14.
    target: ['es2020', 'safari14'],
    manifest: true,
    modulePreload: false,
    rollupOptions: {
      input: ['customer/main.ts', 'customer/sw.ts'],
      output: { entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
})
