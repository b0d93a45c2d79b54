package store

import (
	"tocsin/internal/store/check"
	"tocsin/internal/store/engine"
)

type (
	Config        = engine.Config
	Progress      = engine.Progress
	Report        = check.Report
	Rows          = engine.Rows
	Tx            = engine.Tx
	VerifyOptions = check.VerifyOptions
)

const ToWrite = engine.ToWrite

var Each = engine.Each
var ErrNoRow = engine.ErrNoRow
var GrantsSQL = engine.GrantsSQL
var Open = engine.Open
