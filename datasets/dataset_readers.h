// The open functions of every kind, for dataset_table.cpp.
#pragma once

#include "datasets/dataset_table.h"

namespace quantgate {

Result<std::unique_ptr<Dataset>> OpenIdx(const DatasetSpec& spec);       // idx_dataset.cpp
Result<std::unique_ptr<Dataset>> OpenRaw(const DatasetSpec& spec);       // raw_dataset.cpp
Result<std::unique_ptr<Dataset>> OpenNpy(const DatasetSpec& spec);       // npy_dataset.cpp
Result<std::unique_ptr<Dataset>> OpenPictures(const DatasetSpec& spec);  // pictures_dataset.cpp

}  // namespace quantgate
