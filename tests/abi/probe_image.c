/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * PE/COFF structures and the few others that mingw-w64 has in winnt.h only, which does not mix with
 * its DDK headers. Otherwise as probe_kernel.c.
 */
#ifdef ABI_WDK
#include <windows.h>
#include <wintrust.h>
#include <winioctl.h>
#else
#include "nt/ntifs.h"
#include "nt/ntimage.h"
#endif

#include "probe.h"

#include "layouts/image.def"
#include "layouts/image_values.def"
