package serve

import (
	"reflect"
)

// noNulls replaces absent lists by empty ones in an answer, so that clients may loop without looking first.
func noNulls(answer any) { fillLists(reflect.ValueOf(answer)) }

func fillLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fillLists(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fillLists(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if holdsLists(v.Type().Elem().Kind()) {
			for i := range v.Len() {
				fillLists(v.Index(i))
			}
		}
	}
}

func holdsLists(k reflect.Kind) bool {
	return k == reflect.Struct || k == reflect.Slice || k == reflect.Pointer
}
