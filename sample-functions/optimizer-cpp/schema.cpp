// SPDX-License-Identifier: Apache-2.0
#include "optimizer-cpp/schema.hpp"

#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <stdexcept>

#include "assets.hpp"

namespace optimizer {
namespace {

rapidjson::Document parsed(std::string_view text) {
  rapidjson::Document document;
  document.Parse(text.data(), text.size());
  if (document.HasParseError()) throw std::logic_error("product.schema.json is not JSON");
  return document;
}

std::string text_of(const rapidjson::Pointer& pointer) {
  rapidjson::StringBuffer text;
  pointer.Stringify(text);
  return text.GetString();
}

std::string text_of(const rapidjson::Value& value) {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer(text);
  value.Accept(writer);
  return text.GetString();
}

}  // namespace

struct product_schema::compiled {
  rapidjson::Document source = parsed(assets::product_schema);
  rapidjson::SchemaDocument schema{source};
};

product_schema::product_schema() : compiled_(std::make_shared<compiled>()) {}

std::vector<std::string> product_schema::errors(std::string_view document) const {
  rapidjson::SchemaValidator validator(compiled_->schema);
  rapidjson::MemoryStream stream(document.data(), document.size());
  rapidjson::Reader().Parse<rapidjson::kParseIterativeFlag>(stream, validator);
  if (validator.IsValid()) return {};
  const std::string place = text_of(validator.GetInvalidDocumentPointer());
  const std::string keyword = validator.GetInvalidSchemaKeyword();
  std::string message = (place.empty() ? "the product" : place) + " breaks " + keyword;
  const rapidjson::Value* rules = validator.GetInvalidSchemaPointer().Get(compiled_->source);
  if (rules != nullptr && rules->IsObject())
    if (const auto rule = rules->FindMember(keyword.c_str()); rule != rules->MemberEnd())
      if (!rule->value.IsObject()) message += " " + text_of(rule->value);
  return {message};
}

}  // namespace optimizer
