// What MobileNetV3's training spends its time on when a CPU does it with torch's own layers, done
// again for float32 in channels-last order: batch normalization together with its activation, and
// the gradient of a depthwise convolution's weights. Channels come in groups of eight, which is a
// vector register of AVX2; every layer of MobileNetV3 has a multiple of eight of them.

#include <torch/extension.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace {

using at::Tensor;

constexpr int LANES = 8;
typedef float Lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

// Sums are kept in float for so many pixels, then added up in double: as exact as torch's, and as
// fast as memory.
constexpr int64_t PIXELS_PER_SUM = 512;

enum Activation { NONE, RELU, HARDSWISH };

inline Lanes load(const float* address) { return *reinterpret_cast<const Unaligned*>(address); }
inline void store(float* address, Lanes value) { *reinterpret_cast<Unaligned*>(address) = value; }
inline Lanes all(float value) { return Lanes{} + value; }

template <Activation activation>
inline Lanes activate(Lanes x) {
  if (activation == RELU) return x > all(0) ? x : all(0);
  if (activation == HARDSWISH) {
    Lanes gate = x + 3.f;
    gate = gate < all(0) ? all(0) : gate;
    gate = gate > all(6) ? all(6) : gate;
    return x * gate * (1.f / 6.f);
  }
  return x;
}

// The gradient before an activation, from the one after it.
template <Activation activation>
inline Lanes deactivate(Lanes gradient, Lanes x) {
  if (activation == RELU) return x > all(0) ? gradient : all(0);
  if (activation == HARDSWISH) {
    const Lanes middle = gradient * (2.f * x + 3.f) * (1.f / 6.f);
    const Lanes upper = x > all(3) ? gradient : middle;
    return x < all(-3) ? all(0) : upper;
  }
  return gradient;
}

Tensor channels_last(const Tensor& tensor) {
  TORCH_CHECK(tensor.scalar_type() == at::kFloat && tensor.dim() == 4, "expected 4-d float32");
  TORCH_CHECK(tensor.size(1) % LANES == 0, "expected a multiple of 8 channels");
  return tensor.contiguous(at::MemoryFormat::ChannelsLast);
}

// Sums over all pixels, for each channel, of two values that `term` adds to what it is given.
template <typename Term>
void sum_pixels(int64_t pixels, int64_t channels, double* first, double* second, Term term) {
  std::vector<float> partial(2 * channels);
  for (int64_t start = 0; start < pixels; start += PIXELS_PER_SUM) {
    std::fill(partial.begin(), partial.end(), 0.f);
    float* a = partial.data();
    float* b = a + channels;
    for (int64_t pixel = start; pixel < std::min(pixels, start + PIXELS_PER_SUM); pixel++)
      for (int64_t c = 0; c < channels; c += LANES) {
        Lanes one = load(a + c), two = load(b + c);
        term(pixel * channels + c, c, one, two);
        store(a + c, one);
        store(b + c, two);
      }
    for (int64_t c = 0; c < channels; c++) {
      first[c] += a[c];
      second[c] += b[c];
    }
  }
}

template <Activation activation>
std::tuple<Tensor, Tensor, Tensor> normalize(
    const Tensor& input, const Tensor& weight, const Tensor& bias, double eps) {
  const Tensor x = channels_last(input);
  const int64_t channels = x.size(1), pixels = x.numel() / channels;
  Tensor y = at::empty_like(x), mean = at::empty_like(weight), variance = at::empty_like(weight);
  const float* in = x.data_ptr<float>();

  std::vector<double> sums(channels), squares(channels);
  sum_pixels(pixels, channels, sums.data(), squares.data(),
             [in](int64_t at, int64_t, Lanes& sum, Lanes& square) {
               const Lanes value = load(in + at);
               sum += value;
               square += value * value;
             });

  std::vector<float> scales(channels), shifts(channels);
  for (int64_t c = 0; c < channels; c++) {
    const double mu = sums[c] / pixels;
    const double sigma2 = std::max(0., squares[c] / pixels - mu * mu);
    mean.data_ptr<float>()[c] = mu;
    variance.data_ptr<float>()[c] = sigma2;
    scales[c] = weight.data_ptr<float>()[c] / std::sqrt(sigma2 + eps);
    shifts[c] = bias.data_ptr<float>()[c] - mu * scales[c];
  }

  const float *scale = scales.data(), *shift = shifts.data();
  float* out = y.data_ptr<float>();
  for (int64_t pixel = 0; pixel < pixels; pixel++)
    for (int64_t c = 0; c < channels; c += LANES) {
      const int64_t at = pixel * channels + c;
      store(out + at, activate<activation>(load(in + at) * load(scale + c) + load(shift + c)));
    }
  return {y, mean, variance};
}

template <Activation activation>
std::tuple<Tensor, Tensor, Tensor> normalize_backward(
    const Tensor& output_gradient, const Tensor& input, const Tensor& weight, const Tensor& bias,
    const Tensor& mean, const Tensor& variance, double eps) {
  const Tensor gradient = channels_last(output_gradient), x = channels_last(input);
  const int64_t channels = x.size(1), pixels = x.numel() / channels;
  Tensor x_gradient = at::empty_like(x), weight_gradient = at::empty_like(weight),
         bias_gradient = at::empty_like(bias);
  const float *in = x.data_ptr<float>(), *above = gradient.data_ptr<float>(),
              *mu = mean.data_ptr<float>();

  std::vector<float> inverses(channels), scales(channels), shifts(channels);
  for (int64_t c = 0; c < channels; c++) {
    inverses[c] = 1. / std::sqrt(variance.data_ptr<float>()[c] + eps);
    scales[c] = weight.data_ptr<float>()[c] * inverses[c];
    shifts[c] = bias.data_ptr<float>()[c] - mu[c] * scales[c];
  }
  const float *scale = scales.data(), *shift = shifts.data();
  const auto before_activation = [=](int64_t at, int64_t c, Lanes value) {
    return deactivate<activation>(load(above + at), value * load(scale + c) + load(shift + c));
  };

  std::vector<double> sums(channels), products(channels);
  sum_pixels(pixels, channels, sums.data(), products.data(),
             [=](int64_t at, int64_t c, Lanes& sum, Lanes& product) {
               const Lanes value = load(in + at), d = before_activation(at, c, value);
               sum += d;
               product += d * (value - load(mu + c));
             });

  // dx = scale * (d - mean(d) - (x - mu) * mean(d * (x - mu)) / variance): linear in d and x.
  std::vector<float> slopes(channels), constants(channels);
  for (int64_t c = 0; c < channels; c++) {
    weight_gradient.data_ptr<float>()[c] = products[c] * inverses[c];
    bias_gradient.data_ptr<float>()[c] = sums[c];
    slopes[c] = -scales[c] * inverses[c] * inverses[c] * products[c] / pixels;
    constants[c] = -scales[c] * sums[c] / pixels - slopes[c] * mu[c];
  }
  const float *slope = slopes.data(), *constant = constants.data();
  float* out = x_gradient.data_ptr<float>();
  for (int64_t pixel = 0; pixel < pixels; pixel++)
    for (int64_t c = 0; c < channels; c += LANES) {
      const int64_t at = pixel * channels + c;
      const Lanes value = load(in + at), d = before_activation(at, c, value);
      store(out + at, load(scale + c) * d + load(slope + c) * value + load(constant + c));
    }
  return {x_gradient, weight_gradient, bias_gradient};
}

// One row of the kernel and eight channels at a time: their sums stay in registers.
template <int kernel>
void add_products(const float* gradient, const float* x, float* result, const Tensor& output,
                  const Tensor& input, int64_t stride) {
  const int64_t batch = input.size(0), channels = input.size(1), height = input.size(2),
                width = input.size(3), rows = output.size(2), columns = output.size(3);
  constexpr int pad = kernel / 2;
  for (int64_t c = 0; c < channels; c += LANES)
    for (int row = 0; row < kernel; row++) {
      Lanes sums[kernel] = {};
      for (int64_t n = 0; n < batch; n++)
        for (int64_t i = 0; i < rows; i++) {
          const int64_t y = i * stride + row - pad;
          if (y < 0 || y >= height) continue;
          const float* above = gradient + (n * rows + i) * columns * channels + c;
          const float* below = x + (n * height + y) * width * channels + c;
          for (int64_t j = 0; j < columns; j++) {
            const Lanes d = load(above + j * channels);
            const int64_t left = j * stride - pad;
            const bool inside = left >= 0 && left + kernel <= width;
#pragma GCC unroll 5
            for (int k = 0; k < kernel; k++)
              if (inside || (left + k >= 0 && left + k < width))
                sums[k] += d * load(below + (left + k) * channels);
          }
        }
      for (int k = 0; k < kernel; k++)
        for (int lane = 0; lane < LANES; lane++)
          result[((c + lane) * kernel + row) * kernel + k] = sums[k][lane];
    }
}

Tensor depthwise_weight_gradient(const Tensor& output_gradient, const Tensor& input,
                                 int64_t kernel, int64_t stride) {
  const Tensor gradient = channels_last(output_gradient), x = channels_last(input);
  TORCH_CHECK(kernel == 3 || kernel == 5, "expected a kernel of 3 or 5");
  Tensor result = at::empty({x.size(1), 1, kernel, kernel}, x.options(), at::MemoryFormat::Contiguous);
  const auto run = kernel == 3 ? add_products<3> : add_products<5>;
  run(gradient.data_ptr<float>(), x.data_ptr<float>(), result.data_ptr<float>(), gradient, x,
      stride);
  return result;
}

constexpr decltype(&normalize<NONE>) NORMALIZE[] = {
    normalize<NONE>, normalize<RELU>, normalize<HARDSWISH>};
constexpr decltype(&normalize_backward<NONE>) NORMALIZE_BACKWARD[] = {
    normalize_backward<NONE>, normalize_backward<RELU>, normalize_backward<HARDSWISH>};

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, module) {
  module.def("normalize", [](const Tensor& x, const Tensor& weight, const Tensor& bias, double eps,
                             int activation) {
    return NORMALIZE[activation](x, weight, bias, eps);
  });
  module.def("normalize_backward",
             [](const Tensor& gradient, const Tensor& x, const Tensor& weight, const Tensor& bias,
                const Tensor& mean, const Tensor& variance, double eps, int activation) {
               return NORMALIZE_BACKWARD[activation](gradient, x, weight, bias, mean, variance, eps);
             });
  module.def("depthwise_weight_gradient", &depthwise_weight_gradient);
}
