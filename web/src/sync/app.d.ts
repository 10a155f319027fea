/** The version in pyproject.toml: app and server are one product. */
declare const __APP_VERSION__: string
