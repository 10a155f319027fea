import { defineConfig, type Plugin } from 'vite'
import { ICONS, type IconName } from './src/parts/icons'

const DRAWN: IconName[] = [
  'reception', 'people', 'stethoscope', 'chat', 'box', 'wrench', 'shield', 'money', 'flag', 'check', 'close', 'clock',
  'down', 'phone', 'parking', 'document',
]

/** The line drawings of the product as one sprite, which the server's HTML points into. */
function sprite(): Plugin {
  const symbol = (name: IconName): string =>
    `<symbol id="${name}" viewBox="0 0 24 24">${ICONS[name].map((d) => `<path d="${d}"/>`).join('')}</symbol>`
  return {
    name: 'sprite',
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${DRAWN.map(symbol).join('')}</svg>`
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
