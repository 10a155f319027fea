/// <reference types="vitest/config" />
import { readFileSync } from 'node:fs'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const SERVER = process.env['JIECHE_PUBLIC_URL'] ?? 'http://127.0.0.1:8000'
const SERVED = ['/auth', '/sync', '/media', '/graphql', '/schema.graphql', '/visits', '/records/', '/exports', '/verify', '/push', '/c/']

const project = readFileSync(new URL('../pyproject.toml', import.meta.url), 'utf8')
const version = /^version = "(.+)"$/m.exec(project)![1]!

export default defineConfig({
  plugins: [
    vue(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: null,
      injectManifest: { globPatterns: ['**/*.{html,js,css,svg,png,webmanifest,wasm}'] },
      manifest: {
        name: '接车',
        short_name: '接车',
        description: '服务顾问的平板：离线也能接车、诊断、结算、交车',
        lang: 'zh-CN',
        start_url: '/',
        display: 'standalone',
        orientation: 'any',
        background_color: '#f6f5f2',
        theme_color: '#1f5fbf',
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
  define: {
    __APP_VERSION__: JSON.stringify(version),
    // src/i18n/said.ts reads the messages: no compiler is loaded, and nothing is evaluated, which the page forbids.
    __INTLIFY_JIT_COMPILATION__: true,
    __INTLIFY_DROP_MESSAGE_COMPILER__: true,
    __INTLIFY_PROD_DEVTOOLS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
  },
  build: {
    target: 'es2022',
    sourcemap: false,
    manifest: true,
    // What the first screen needs is one file: dozens of small ones compress worse and cost a slow tablet time each.
    // Not main.ts itself: it waits at its top, and nothing that it waits for may wait for it.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'], test: (id) => !/(main\.ts|index\.html)$/.test(id) }] } } },
  },
  worker: { format: 'es' },
  server: { proxy: Object.fromEntries(SERVED.map((path) => [path, SERVER])) },
  preview: { proxy: Object.fromEntries(SERVED.map((path) => [path, SERVER])) },
  test: { include: ['src/**/*.test.ts', 'tests/**/*.test.ts'], environment: 'node', setupFiles: ['tests/setup.ts'], testTimeout: 30_000 },
})
