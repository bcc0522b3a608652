#pragma once
#include "gateway/api/services.hpp"

namespace gatehouse::app {

// The passages that the query finds, newest first, as a table that office programs open: UTF-8 with its mark,
// at most `rows_max` of them. `person_name`: as a list has it. Errors: those of index and store.
[[nodiscard]] asio::awaitable<base::Result<api::PassageTable>>
passage_csv(store::Store& store, store::PassageIndex& index, store::PassageQuery query,
            const config::SiteConfig& site, std::function<std::string(const std::string& person)> person_name,
            std::size_t rows_max);

} // namespace gatehouse::app
