// Runs two clients of AUTOMATIC1111's web UI against a server; prints their results as JSON.
import sdapi from 'stable-diffusion-api';
import sdwebui, { SamplingMethod } from 'node-sd-webui';
import sharp from 'sharp';

const [apiUrl, image] = process.argv.slice(2);
const png = Buffer.from(image, 'base64');
const seen = {};

const { default: StableDiffusionApi, ControlNetUnit } = sdapi;
const api = new StableDiffusionApi({ baseUrl: apiUrl });
const side = async (result) => (await result.image.metadata()).width;
const made = await api.txt2img({ prompt: 'a cat', width: 48, height: 32 });
seen.made = { images: made.images.length, sampler: JSON.parse(made.info).sampler_name };
seen.edited = (await api.img2img({ prompt: 'a dog', init_images: [sharp(png)], mask_image: sharp(png) })).images.length;
seen.hires = await side(await api.txt2img({ prompt: 'a cat', width: 32, height: 32, enable_hr: true }));
seen.extra = await side(await api.extraSingle({ image: sharp(png), upscaling_resize: 2 }));
seen.extraByModel = await side(await api.extraSingle({ image: sharp(png), upscaling_resize: 4, upscaler_1: 'sana4j' }));
seen.extras = (await api.extraBatch({ images: [sharp(png), sharp(png)], name_list: ['a', 'b'] })).images.length;
seen.pngInfo = (await api.pngInfo(made.image)).info === JSON.parse(made.info).infotexts[0];
seen.upscalers = (await api.getUpscalers()).map((each) => each.name);
for (const name of ['Hypernetworks', 'FaceRestorers', 'RealesrganModels', 'PromptStyles', 'Loras', 'Scripts', 'Embeddings']) {
  if (api[`get${name}`]) {
    await api[`get${name}`]();
  }
}
seen.edges = await side(await api.ControlNet.detect({ controlnet_input_images: [sharp(png)], controlnet_module: 'canny' }));
seen.modules = await api.ControlNet.getModules();
seen.models = await api.ControlNet.getModels();
const unit = new ControlNetUnit({ input_image: sharp(png), module: 'canny', model: 'any' });
try {
  seen.controlled = (await api.txt2img({ prompt: 'a cat', controlnet_units: [unit] })).images.length;
} catch (error) {
  seen.controlled = error.response.data.detail[0].msg;
}

const webui = sdwebui({ apiUrl });
seen.samplers = 0;
for (const samplingMethod of Object.values(SamplingMethod)) {
  seen.samplers += (await webui.txt2img({ prompt: 'a cat', samplingMethod, steps: 1, width: 32, height: 32 })).images.length;
}
const first = await webui.txt2img({ prompt: 'a cat', negativePrompt: 'mud', seed: 5, hires: { upscaleBy: 2, upscaler: 'Latent' } });
seen.described = await webui.pngInfo({ imageData: first.images[0] });
seen.fromImage = (await webui.img2img({ prompt: 'a dog', imageData: [image] })).images.length;
console.log(JSON.stringify(seen));
