/* The enumerations behind the element table; others reach them through an element's 'values'. */
#ifndef TONG_CORE_ENUMS_H
#define TONG_CORE_ENUMS_H

#include "core/element.h"

extern const struct tong__enum_value tong__code_systems[];
extern const struct tong__enum_value tong__item_states[];
extern const struct tong__enum_value tong__item_changes[];
extern const struct tong__enum_value tong__levels[];
extern const struct tong__enum_value tong__served[];
extern const struct tong__enum_value tong__case_types[];
extern const struct tong__enum_value tong__online_depths[];
extern const struct tong__enum_value tong__handle_areas[];
extern const struct tong__enum_value tong__result_types[];
extern const struct tong__enum_value tong__material_needs[];
extern const struct tong__enum_value tong__material_forms[];
extern const struct tong__enum_value tong__material_kinds[];     /* of materials.yaml */
extern const struct tong__enum_value tong__material_sources[];
extern const struct tong__enum_value tong__body_natures[];
extern const struct tong__enum_value tong__power_sources[];
extern const struct tong__enum_value tong__handle_forms[];
extern const struct tong__enum_value tong__answers[];

#endif
