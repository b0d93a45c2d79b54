package routes

import "tocsin/internal/app"

var noOptions = app.FileOptions{}
