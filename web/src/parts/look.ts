/** Photos in full size: the viewer is fetched when the first one is opened. */
export async function look(images: string[], at = 0): Promise<void> {
  const [{ showImagePreview }] = await Promise.all([import('vant/es/image-preview'), import('./look.css')])
  showImagePreview({ images, startPosition: at, closeable: false, showIndex: images.length > 1 })
}
