/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Everything the WDK's wdm.h gives a driver, by part. Include a part alone where it is enough.
 */
#pragma once

#include "nt/cm.h"
#include "nt/ex.h"
#include "nt/file.h"
#include "nt/hal.h"
#include "nt/io.h"
#include "nt/irp.h"
#include "nt/ke.h"
#include "nt/mm.h"
#include "nt/ntdef.h"
#include "nt/ntstatus.h"
#include "nt/ob.h"
#include "nt/pnp.h"
#include "nt/po.h"
#include "nt/ps.h"
#include "nt/res.h"
#include "nt/rtl.h"
#include "nt/se.h"
