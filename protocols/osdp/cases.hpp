#pragma once

namespace gatehouse::osdp {

// What to do with each kind of a reply, for std::visit().
template <class... F>
struct Cases : F... {
    using F::operator()...;
};
template <class... F>
Cases(F...) -> Cases<F...>;

} // namespace gatehouse::osdp
